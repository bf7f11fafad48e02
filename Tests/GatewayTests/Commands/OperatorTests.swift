import AsyncHTTPClient
import Foundation
import Logging
import NIOCore
import PostgresClient
import TenantRegistry
import TestSupport
import Testing

@testable import EmbeddedPostgres

/// What an operator does, with the command alone: bootstrap, migrate, doctor, and one process for
/// each mode.
@Suite struct OperatorTests {
  private static let secrets = [
    "TERRACE_OWNER_PASSWORD": "the owner's", "TERRACE_READER_PASSWORD": "the reader's",
    "TERRACE_MASTER_KEY": MasterKey.random().text,
    "TERRACE_DEDICATED_MASTER_KEY": MasterKey.random().text,
    "TERRACE_ADMIN_TOKEN": "0123456789abcdef0123456789abcdef",
  ]

  private func settings(
    _ postgres: EmbeddedPostgres, secrets names: [String], _ others: [String: String] = [:]
  ) -> [String: String] {
    Self.secrets.filter { names.contains($0.key) }
      .merging(["TERRACE_DATABASE_HOST": postgres.socketDirectory]) { $1 }
      .merging(others) { $1 }
  }

  @Test func aBareDatabaseBecomesOneThatCanBeServed() async throws {
    try await withTemporaryPostgres { postgres in
      let both = settings(
        postgres, secrets: ["TERRACE_OWNER_PASSWORD", "TERRACE_READER_PASSWORD"])
      let owner = settings(postgres, secrets: ["TERRACE_OWNER_PASSWORD"])
      #expect(try TerraceCommand.run(["doctor"], owner).exitCode == 1)
      for _ in 1...2 {
        let bootstrap = try TerraceCommand.run(["bootstrap"], both)
        #expect(bootstrap.exitCode == 0, "\(bootstrap.output)")
      }
      let early = try TerraceCommand.run(["doctor"], owner)
      #expect(early.exitCode == 1)
      #expect(early.output.contains("to mend it: terrace migrate"))
      let migrate = try TerraceCommand.run(["migrate"], owner)
      #expect(migrate.exitCode == 0, "\(migrate.output)")
      #expect(migrate.output.hasSuffix("tenants: 0 migrated, 0 failed\n"))
      #expect(try TerraceCommand.run(["migrate"], owner).output.hasPrefix("registry: up to date"))
      for password in ["TERRACE_OWNER_PASSWORD", "TERRACE_READER_PASSWORD"] {
        let doctor = try TerraceCommand.run(["doctor"], settings(postgres, secrets: [password]))
        #expect(doctor.exitCode == 0, "\(doctor.output)")
      }
    }
  }

  @Test func aLoginThatIsRefusedIsReportedInTheServersWords() async throws {
    try await withTemporaryPostgres { postgres in
      let both = settings(
        postgres, secrets: ["TERRACE_OWNER_PASSWORD", "TERRACE_READER_PASSWORD"])
      #expect(try TerraceCommand.run(["bootstrap"], both).exitCode == 0)
      let wrong = settings(postgres, secrets: [], ["TERRACE_OWNER_PASSWORD": "another"])
      for command in ["migrate", "doctor"] {
        let refused = try TerraceCommand.run([command], wrong)
        #expect(refused.exitCode == 1)
        #expect(refused.output.contains("password authentication failed"), "\(refused.output)")
      }
      let away = settings(
        postgres, secrets: ["TERRACE_OWNER_PASSWORD"],
        ["TERRACE_DATABASE_HOST": postgres.socketDirectory + "/none"])
      for command in ["bootstrap", "migrate"] {
        let refused = try TerraceCommand.run([command], away)
        #expect(refused.output.contains("No such file or directory"), "\(refused.output)")
      }
    }
  }

  @Test func aSecondInstallationNeedsAPrefixOfItsOwnAndEveryCommandSaysSo() async throws {
    try await withTemporaryPostgres { postgres in
      let both = ["TERRACE_OWNER_PASSWORD", "TERRACE_READER_PASSWORD"]
      let first = settings(postgres, secrets: both)
      #expect(try TerraceCommand.run(["bootstrap"], first).exitCode == 0)
      #expect(try TerraceCommand.run(["migrate"], first).exitCode == 0)
      let mistaken = settings(postgres, secrets: both, ["TERRACE_DATABASE_NAME": "home"])
      let refused = try TerraceCommand.run(["bootstrap"], mistaken)
      #expect(refused.exitCode == 1)
      #expect(refused.output.contains("set TERRACE_ROLE_PREFIX"), "\(refused.output)")
      let second = mistaken.merging(["TERRACE_ROLE_PREFIX": "home"]) { $1 }
      for command in ["bootstrap", "migrate", "doctor"] {
        let (exitCode, output) = try TerraceCommand.run([command], second)
        #expect(exitCode == 0, "\(command): \(output)")
      }
      for command in ["bootstrap", "migrate", "doctor"] {
        let (exitCode, output) = try TerraceCommand.run([command], mistaken)
        #expect(exitCode == 1)
        #expect(output.contains("TERRACE_ROLE_PREFIX"), "\(command): \(output)")
      }
      var gateway = try gateway(postgres).settings
      gateway["TERRACE_DATABASE_NAME"] = "home"
      let serve = try TerraceCommand.run(["serve"], gateway)
      #expect(serve.exitCode == 1)
      #expect(serve.output.contains("TERRACE_ROLE_PREFIX"), "\(serve.output)")
      let doctor = try TerraceCommand.run(["doctor"], first)
      #expect(doctor.exitCode == 0, "\(doctor.output)")
    }
  }

  @Test func doctorNamesMoreConnectionsThanTheServerAllows() async throws {
    try await withTemporaryPostgres { postgres in
      let both = settings(
        postgres, secrets: ["TERRACE_OWNER_PASSWORD", "TERRACE_READER_PASSWORD"],
        ["TERRACE_REPLICAS": "1000"])
      #expect(try TerraceCommand.run(["bootstrap"], both).exitCode == 0)
      #expect(try TerraceCommand.run(["migrate"], both).exitCode == 0)
      let doctor = try TerraceCommand.run(["doctor"], both)
      #expect(doctor.exitCode == 1)
      #expect(doctor.output.contains("may open 9000 connections"), "\(doctor.output)")
    }
  }

  @Test func aDatabaseThatIsNotMigratedIsNotServed() async throws {
    try await withTemporaryPostgres { postgres in
      let both = settings(
        postgres, secrets: ["TERRACE_OWNER_PASSWORD", "TERRACE_READER_PASSWORD"])
      #expect(try TerraceCommand.run(["bootstrap"], both).exitCode == 0)
      let serve = try TerraceCommand.run(["serve"], try gateway(postgres).settings)
      #expect(serve.exitCode == 1)
      #expect(serve.output.contains("to mend it: terrace migrate"))
    }
  }

  @Test func whoWaitsForTheMigrationNeedsOnlyTheReadersPassword() async throws {
    try await withTemporaryPostgres { postgres in
      let both = settings(
        postgres, secrets: ["TERRACE_OWNER_PASSWORD", "TERRACE_READER_PASSWORD"])
      #expect(try TerraceCommand.run(["bootstrap"], both).exitCode == 0)
      let log = postgres.socketDirectory + "/wait.log"
      let waiting = try await TerraceCommand.start(
        ["migrate", "--wait"], settings(postgres, secrets: ["TERRACE_READER_PASSWORD"]), log: log)
      try await eventually("it waits for the registry") {
        try #require(!waiting.hasEnded)
        return try String(contentsOfFile: log, encoding: .utf8).contains("waiting: the registry")
      }
      let owner = settings(postgres, secrets: ["TERRACE_OWNER_PASSWORD"])
      #expect(try TerraceCommand.run(["migrate"], owner).exitCode == 0)
      #expect(await waiting.end() == 0)
    }
  }

  @Test func aMigrationMayTakeLongerThanARequest() async throws {
    try await withTemporaryPostgres { postgres in
      let both = settings(
        postgres, secrets: ["TERRACE_OWNER_PASSWORD", "TERRACE_READER_PASSWORD"],
        ["TERRACE_DATABASE_STATEMENT_TIMEOUT": "100ms"])
      #expect(try TerraceCommand.run(["bootstrap"], both).exitCode == 0)
      #expect(try TerraceCommand.run(["migrate"], both).exitCode == 0)
      let client = PostgresClient(logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
      defer { client.close() }
      let superuser = client.database(
        PostgresLogin(
          host: postgres.socketDirectory, port: postgres.port, database: "terrace",
          user: postgres.superuser))
      let log = postgres.socketDirectory + "/migrate.log"
      let migrate = try await superuser.withTransaction { transaction in
        try await transaction.query("lock table registry.migrations")
        let child = try await TerraceCommand.start(["migrate"], both, log: log)
        // A client that kept to a request's deadline would have given up by now: it gives way to
        // readers after half a second, and tries again on the same connection.
        try await eventually("it waits for the lock again") {
          try #require(!child.hasEnded)
          return try await !superuser.query(
            """
            select from pg_stat_activity where wait_event_type = 'Lock'
              and backend_start < clock_timestamp() - interval '1500 ms'
            """
          ).isEmpty
        }
        return child
      }
      #expect(await migrate.end() == 0)
    }
  }

  @Test func aTenantIsServedByEveryGatewayOnceTheAdminsCommandReturns() async throws {
    try await withTemporaryPostgres { postgres in
      let both = settings(
        postgres, secrets: ["TERRACE_OWNER_PASSWORD", "TERRACE_READER_PASSWORD"])
      #expect(try TerraceCommand.run(["bootstrap"], both).exitCode == 0)
      #expect(try TerraceCommand.run(["migrate"], both).exitCode == 0)
      let processes = [try gateway(postgres), try gateway(postgres), try admin(postgres)]
      let children = try await start(processes, log: postgres.socketDirectory + "/terrace.log")
      let answers = await Result { try await registerAndAsk(processes) }
      for child in children { child.send(SIGTERM) }
      for child in children { #expect(await child.end() == 0) }
      #expect(try answers.get() == [200, 200])
    }
  }

  /// Its lease would have it waited for as long as it may serve what it knows: ten minutes here.
  @Test func aGatewayThatWasKilledIsNotWaitedFor() async throws {
    try await withTemporaryPostgres { postgres in
      let both = settings(
        postgres, secrets: ["TERRACE_OWNER_PASSWORD", "TERRACE_READER_PASSWORD"])
      #expect(try TerraceCommand.run(["bootstrap"], both).exitCode == 0)
      #expect(try TerraceCommand.run(["migrate"], both).exitCode == 0)
      var gateway = try gateway(postgres)
      gateway.settings["TERRACE_REGISTRY_MAX_STALENESS"] = "10m"
      let admin = try admin(postgres)
      let children = try await start(
        [gateway, admin], log: postgres.socketDirectory + "/terrace.log")
      children[0].send(SIGKILL)
      await children[0].end()
      var statuses = [try await register(at: admin)]
      while statuses.last == 202, statuses.count < 20 {
        statuses.append(try await register(at: admin))
      }
      #expect([200, 201].contains(statuses.last), "\(statuses)")
      children[1].send(SIGTERM)
      #expect(await children[1].end() == 0)
    }
  }

  /// Registers acme, and returns the answer's status.
  private func register(at admin: Server) async throws -> UInt {
    var request = HTTPClientRequest(url: "http://127.0.0.1:\(admin.port)/admin/tenants")
    request.method = .POST
    request.headers = [
      "authorization": "Bearer \(Self.secrets["TERRACE_ADMIN_TOKEN"] ?? "")",
      "content-type": "application/json",
    ]
    request.body = .bytes(ByteBuffer(string: #"{"slug":"acme","display_name":"Acme"}"#))
    return try await HTTPClient.shared.execute(request, timeout: .seconds(30)).status.code
  }

  // MARK: Processes

  private struct Server {
    var settings: [String: String]
    let port: Int
    let opsPort: Int
  }

  private func gateway(_ postgres: EmbeddedPostgres) throws -> Server {
    try server(
      postgres, listen: "TERRACE_PUBLIC_LISTEN", mode: "shared",
      secrets: ["TERRACE_READER_PASSWORD", "TERRACE_MASTER_KEY"])
  }

  private func admin(_ postgres: EmbeddedPostgres) throws -> Server {
    try server(
      postgres, listen: "TERRACE_ADMIN_LISTEN", mode: "admin",
      secrets: [
        "TERRACE_OWNER_PASSWORD", "TERRACE_MASTER_KEY", "TERRACE_DEDICATED_MASTER_KEY",
        "TERRACE_ADMIN_TOKEN",
      ])
  }

  private func server(
    _ postgres: EmbeddedPostgres, listen: String, mode: String, secrets: [String]
  ) throws -> Server {
    let port = try Loopback.freePort()
    let opsPort = try Loopback.freePort()
    let settings = settings(
      postgres, secrets: secrets,
      [
        "TERRACE_MODE": mode, listen: "127.0.0.1:\(port)",
        "TERRACE_OPS_LISTEN": "127.0.0.1:\(opsPort)",
      ])
    return Server(settings: settings, port: port, opsPort: opsPort)
  }

  private func start(_ servers: [Server], log: String) async throws -> [ChildProcess] {
    var children: [ChildProcess] = []
    for server in servers {
      let child = try await TerraceCommand.start(["serve"], server.settings, log: log)
      children.append(child)
      try await eventually("it is ready: see \(log)") {
        try #require(!child.hasEnded, "see \(log)")
        return await status("http://127.0.0.1:\(server.opsPort)/readyz") == 200
      }
    }
    return children
  }

  /// Registers acme through the last server, and asks the others for its health.
  private func registerAndAsk(_ servers: [Server]) async throws -> [Int] {
    let token = FileManager.default.temporaryDirectory.path + "/\(UUID().uuidString)"
    try Self.secrets["TERRACE_ADMIN_TOKEN"]?.write(
      toFile: token, atomically: false, encoding: .utf8)
    defer { try? FileManager.default.removeItem(atPath: token) }
    let created = try TerraceCommand.run([
      "tenant", "create", "acme", "--display-name", "Acme", "--token-file", token,
      "--server", "http://127.0.0.1:\(servers[2].port)",
    ])
    #expect(created.exitCode == 0, "\(created.output)")
    var answers: [Int] = []
    for server in servers.dropLast() {
      answers.append(await status("http://127.0.0.1:\(server.port)/t/acme/health"))
    }
    return answers
  }

  /// The status of the answer; 0 if there is none.
  private func status(_ url: String) async -> Int {
    guard let response = try? await HTTPClient.shared.get(url: url).get() else { return 0 }
    return Int(response.status.code)
  }
}

extension Result where Failure == any Error {
  fileprivate init(_ body: () async throws -> Success) async {
    do { self = .success(try await body()) } catch { self = .failure(error) }
  }
}
