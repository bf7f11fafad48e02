import Foundation
import PostgresClient
import TestSupport
import Testing

@testable import EmbeddedPostgres

/// `terrace bootstrap` and `terrace migrate` before there is a database: as in the Jobs of a cluster
/// that starts for the first time.
@Suite struct DatabaseWaitTests {
  /// How a server can be not there yet.
  enum Absence: CaseIterable {
    /// Nobody listens.
    case stopped
    /// It takes the connection and says nothing.
    case silent
    /// It answers that it takes none (57P03).
    case shuttingDown
  }

  @Test(arguments: Absence.allCases)
  func bootstrapAndMigrateWaitForAServerThatIsNotThereYet(absence: Absence) async throws {
    try await withTemporaryPostgres { postgres in
      for command in ["bootstrap", "migrate"] {
        let back = try await Self.leave(postgres, absence)
        let (child, log) = try await Self.start(command, postgres)
        defer { try? FileManager.default.removeItem(atPath: log) }
        try await Self.until(log, has: "waiting: the database cannot be reached: ", child)
        try await back()
        let status = await child.end()
        let output = try String(contentsOfFile: log, encoding: .utf8)
        #expect(status == 0, "\(output)")
      }
    }
  }

  /// - Returns: what ends it.
  private static func leave(
    _ postgres: EmbeddedPostgres, _ absence: Absence
  ) async throws -> () async throws -> Void {
    switch absence {
    case .stopped:
      await postgres.stop()
      return { try await postgres.restart() }
    case .silent:
      postgres.pause()
      return { postgres.resume() }
    case .shuttingDown:
      // A smart shutdown lasts as long as a session is open.
      let pid = try String(
        contentsOfFile: postgres.socketDirectory + "/data/postmaster.pid", encoding: .utf8
      ).split(separator: "\n")[0]
      let log = FileManager.default.temporaryDirectory.path + "/\(UUID().uuidString)"
      let session = try await ChildProcess.start(
        [
          "psql", "-qAt", "-h", postgres.socketDirectory, "-U", "postgres", "-c",
          "select 'here'", "-c", "select pg_sleep(600)",
        ], log: log)
      try await until(log, has: "here", session)
      kill(try #require(pid_t(pid)), SIGTERM)
      return {
        try? FileManager.default.removeItem(atPath: log)
        session.send(SIGTERM)
        _ = await session.end()
        try await postgres.restart()
      }
    }
  }

  @Test func aLoginThatIsRefusedIsNotWaitedFor() async throws {
    try await withTemporaryPostgres { postgres in
      #expect(try Self.run("bootstrap", postgres, "600").exitCode == 0)
      for (settings, message) in [
        (["TERRACE_OWNER_PASSWORD": "another"], "password authentication failed"),
        (["TERRACE_DATABASE_NAME": "nowhere"], "database \"nowhere\" does not exist"),
      ] {
        let (exitCode, output) = try Self.run("migrate", postgres, "600", settings)
        #expect(exitCode == 1)
        #expect(output.contains(message) && !output.contains("waiting: "), "\(output)")
      }
    }
  }

  @Test(arguments: [
    (["TERRACE_DATABASE_HOST": "nowhere.invalid"], "nowhere.invalid"),
    (["TERRACE_DATABASE_HOST": "127.0.0.1", "TERRACE_DATABASE_PORT": "1"], "Connection refused"),
  ])
  func whoWaitsSaysWhatForAndGivesUpWhenTheTimeIsUp(
    settings: [String: String], reason: String
  ) async throws {
    for command in ["bootstrap", "migrate"] {
      let (exitCode, output) = try TerraceCommand.run(
        [command, "--wait-for-database", "2"],
        ["TERRACE_OWNER_PASSWORD": "the owner's"].merging(settings) { $1 })
      #expect(exitCode == 1)
      let lines = output.split(separator: "\n")
      #expect(lines.count == 2, "\(output)")
      #expect(lines.first?.hasPrefix("waiting: the database cannot be reached: ") == true)
      #expect(lines.last?.hasPrefix("terrace: the database cannot be reached: ") == true)
      #expect(lines.allSatisfy { $0.contains(reason) })
    }
  }

  private static func words(_ command: String, _ seconds: String) -> [String] {
    [command, "--wait-for-database", seconds]
  }

  private static func settings(_ postgres: EmbeddedPostgres) -> [String: String] {
    ["TERRACE_OWNER_PASSWORD": "the owner's", "TERRACE_DATABASE_HOST": postgres.socketDirectory]
  }

  private static func run(
    _ command: String, _ postgres: EmbeddedPostgres, _ seconds: String,
    _ others: [String: String] = [:]
  ) throws -> (exitCode: Int32, output: String) {
    try TerraceCommand.run(
      words(command, seconds), settings(postgres).merging(others) { $1 })
  }

  private static func start(
    _ command: String, _ postgres: EmbeddedPostgres
  ) async throws -> (ChildProcess, log: String) {
    let log = FileManager.default.temporaryDirectory.path + "/\(UUID().uuidString)"
    return (
      try await TerraceCommand.start(words(command, "600"), settings(postgres), log: log), log
    )
  }

  /// Waits until a file has a text, as long as the process runs that writes it.
  private static func until(_ file: String, has text: String, _ child: ChildProcess) async throws {
    try await eventually("\(text) is in \(file)") {
      if (try? String(contentsOfFile: file, encoding: .utf8))?.contains(text) == true {
        return true
      }
      try #require(!child.hasEnded, "it ended: \(text) is not in \(file)")
      return false
    }
  }
}
