import Foundation
import HTTPSupport
import Logging
import Testing

@testable import EmbeddedPostgres
@testable import Gateway

/// `POST /admin/tenants/{slug}/manifests`, and the command that prints its answer.
@Suite(.preparedDatabase) struct ManifestRoutesTests {
  private static let settings = [
    "TERRACE_MANIFEST_IMAGE": "localhost/terrace:1",
    "TERRACE_MANIFEST_DATABASE_PEERS": "10.0.0.0/16, terrace/postgres",
    "TERRACE_DATABASE_SSLROOTCERT": #filePath,
    "TERRACE_DATABASE_HOST": "postgres.terrace.svc",
    "TERRACE_PUBLIC_URL": "https://finance.example",
    "TERRACE_BASE_DOMAINS": "finance.example",
  ]

  private func serve(
    _ settings: [String: String] = Self.settings, log: LogWriter = LogWriter(descriptor: -1),
    _ body: @Sendable (RunningServer) async throws -> Void
  ) async throws {
    let fixture = try #require(PreparedDatabase.fixture)
    var configuration = fixture.configuration
    configuration.manifests = try ManifestConfiguration(
      ConfigurationSource(environment: settings))
    configuration.server.accessLog = .all
    let logger = Logger(label: "test") { JSONLogHandler(label: $0, writer: log) }
    try await fixture.serve(configuration, log: log, logger: logger, body)
  }

  private static func secret(_ name: String, in stream: String) -> String? {
    stream.components(separatedBy: "\n").first { $0.hasPrefix("  \(name): ") }.flatMap { line in
      Data(base64Encoded: String(line.dropFirst("  \(name): ".count).dropFirst().dropLast()))
    }.map { String(decoding: $0, as: UTF8.self) }
  }

  @Test func eachAnswerHasFreshCredentialsThatNoLogShows() async throws {
    let path = FileManager.default.temporaryDirectory.path + "/\(UUID().uuidString)"
    #expect(FileManager.default.createFile(atPath: path, contents: nil))
    defer { try? FileManager.default.removeItem(atPath: path) }
    let file = try #require(FileHandle(forWritingAtPath: path))
    let log = LogWriter(descriptor: file.fileDescriptor)
    try await serve(log: log) { server in
      try await server.addTenant("acme", isolation: "dedicated")
      var passwords: Set<String> = []
      var keys: Set<String> = []
      var logins: [String] = []
      for slug in ["acme", "acm%65"] {
        let answer = try await server.admin(.POST, "/admin/tenants/\(slug)/manifests")
        #expect(answer.status == 201, "\(answer.body)")
        #expect(answer.headers["content-type"] == ["application/yaml"])
        #expect(answer.headers["cache-control"] == ["no-store"])
        #expect(answer.body.contains("name: \"tenant-acme\""))
        passwords.insert(try #require(Self.secret("tenant-password", in: answer.body)))
        keys.insert(try #require(Self.secret("tenant-key", in: answer.body)))
        logins.append(
          String(try #require(answer.body.firstMatch(of: /TERRACE_TENANT_LOGIN: "(.*)"/)).1))
      }
      #expect(passwords.count == 2)
      #expect(keys.count == 2)
      let deployment = try await server.admin(.GET, "/admin/tenants/acme/deployment").body
      #expect(Set(logins).count == 2)
      for login in logins { #expect(deployment.contains(login)) }
      log.flush()
      let text = try String(contentsOfFile: path, encoding: .utf8)
      for login in logins { #expect(text.contains(login)) }
      for secret in passwords.union(keys) {
        #expect(!text.contains(secret))
        #expect(!text.contains(Data(secret.utf8).base64EncodedString()))
      }
    }
  }

  @Test func aTenantThatIsNotThereHasNoneAndAStrangerGetsNone() async throws {
    try await serve { server in
      try await server.addTenant("globex")
      let unknown = try await server.admin(.POST, "/admin/tenants/nobody/manifests")
      #expect(unknown.status == 404)
      #expect(unknown.problem == "unknown-tenant")
      let stranger = try await server.admin(
        .POST, "/admin/tenants/globex/manifests", token: "another")
      #expect(stranger.status == 401)
    }
  }

  @Test(arguments: settings.keys.sorted())
  func aMissingSettingIsNamed(_ key: String) throws {
    let configuration = try ManifestConfiguration(
      ConfigurationSource(environment: Self.settings.filter { $0.key != key }))
    let problem = #expect(throws: Problem.self) { try configuration.cluster() }
    #expect(problem?.detail == "\(key) is not set")
  }

  @Test(arguments: ["/run/postgresql", "localhost", "127.0.0.1"])
  func aDatabaseOnTheAdminsOwnMachineIsRefused(_ host: String) throws {
    let configuration = try ManifestConfiguration(
      ConfigurationSource(
        environment: Self.settings.merging(["TERRACE_DATABASE_HOST": host]) { $1 }))
    let problem = #expect(throws: Problem.self) { try configuration.cluster() }
    #expect(problem?.detail?.contains("TERRACE_DATABASE_HOST is \(host)") == true)
  }

  @Test func withoutSettingsNoCredentialsAreMade() async throws {
    try await serve([:]) { server in
      try await server.addTenant("initech", isolation: "dedicated")
      let path = "/admin/tenants/initech"
      let before = try await server.admin(.GET, path + "/deployment").body
      let answer = try await server.admin(.POST, path + "/manifests")
      #expect(answer.status == 409)
      #expect(answer.problem == "manifests-not-configured")
      #expect(try await server.admin(.GET, path + "/deployment").body == before)
    }
  }

  @Test func theCommandPrintsTheStreamAndNothingElse() async throws {
    try await serve { server in
      try await server.addTenant("acme", isolation: "dedicated")
      let folder = FileManager.default.temporaryDirectory.path + "/\(UUID().uuidString)"
      defer { try? FileManager.default.removeItem(atPath: folder) }
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true)
      try server.adminToken.write(
        toFile: folder + "/token", atomically: false, encoding: .utf8)
      let child = try await TerraceCommand.start(
        [
          "overlay", "acme", "--stdout", "--server",
          "http://127.0.0.1:\(try #require(server.ports.admin))", "--token-file",
          folder + "/token",
        ], [:], log: folder + "/output")
      #expect(await child.end() == 0)
      let output = try String(contentsOfFile: folder + "/output", encoding: .utf8)
      #expect(output.hasPrefix("# \"acme\", dedicated: kubectl apply -f -\n"))
      #expect(output.hasSuffix("  policyTypes:\n  - Egress\n"))
      #expect(Self.secret("tenant-password", in: output) != nil)
    }
  }
}
