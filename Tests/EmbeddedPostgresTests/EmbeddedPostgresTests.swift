import Foundation
import Logging
import TestSupport
import Testing

@testable import EmbeddedPostgres

@Suite struct EmbeddedPostgresTests {
  /// Runs `body` with a short folder that is removed afterwards.
  private func withFolder<R>(_ body: (String) async throws -> R) async throws -> R {
    let folder = FileManager.default.temporaryDirectory.path + "/\(UUID().uuidString.prefix(8))"
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o711])
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try await body(folder)
  }

  private func start(in folder: String) async throws(EmbeddedPostgresError) -> EmbeddedPostgres {
    try await EmbeddedPostgres.start(
      dataDirectory: folder + "/data", socketDirectory: folder + "/socket",
      settings: ["fsync": "off"], logger: Logger(label: "test"))
  }

  private func sql(_ statement: String, on server: EmbeddedPostgres) throws -> String {
    let psql = try PostgresInstallation.find(version: nil).binaries + "/psql"
    let arguments = [
      FileManager.default.isExecutableFile(atPath: psql) ? psql : "psql", "-XAtq",
      "-h", server.socketDirectory, "-p", String(server.port), "-U", server.superuser,
      "-d", "postgres", "-c", statement,
    ]
    let (status, output) = try ChildProcess.run(arguments)
    guard status == 0 else { throw EmbeddedPostgresError(.failed, output) }
    return output.trimmingCharacters(in: .newlines)
  }

  @Test func keepsItsDataFromOneStartToTheNext() async throws {
    try await withFolder { folder in
      let first = try await start(in: folder)
      _ = try sql("create table note as select 'kept' as text", on: first)
      await first.stop()
      #expect(ProcessTable.processes(in: folder + "/data").isEmpty)
      let second = try await start(in: folder)
      let text = Result { try sql("select text from note", on: second) }
      await second.stop()
      #expect(try text.get() == "kept")
    }
  }

  @Test func listensOnItsSocketOnly() async throws {
    try await withTemporaryPostgres { server in
      #expect(try sql("show listen_addresses", on: server) == "")
      #expect(try sql("show unix_socket_directories", on: server) == server.socketDirectory)
      let attributes = try FileManager.default.attributesOfItem(atPath: server.socketDirectory)
      #expect(attributes[.posixPermissions] as? Int == 0o700)
    }
  }

  @Test func asksEveryLoginButTheSuperuserForItsPassword() async throws {
    try await withTemporaryPostgres { server in
      _ = try sql("create role visitor login", on: server)
      let (status, output) = try ChildProcess.run([
        "psql", "-w", "-h", server.socketDirectory, "-U", "visitor", "-d", "postgres", "-c", "",
      ])
      #expect(status != 0)
      #expect(output.contains("no password supplied"))
    }
  }

  @Test func aSecondStartOnTheSameDataIsRefusedWhileTheFirstRuns() async throws {
    try await withFolder { folder in
      let server = try await start(in: folder)
      let error = await #expect(throws: EmbeddedPostgresError.self) { try await start(in: folder) }
      #expect(error?.code == .inUse)
      #expect(try sql("select 1", on: server) == "1")
      await server.stop()
      await (try start(in: folder)).stop()
    }
  }

  @Test func stopsAServerThatAKilledProcessLeftRunning() async throws {
    try await withFolder { folder in
      var first: EmbeddedPostgres? = try await start(in: folder)
      _ = try sql("create table note as select 'kept' as text", on: #require(first))
      let orphan = try #require(ProcessTable.processes(in: folder + "/data").min())
      // Without its handle the lock is free, as after kill -9, and the server still runs.
      first = nil
      let second = try await start(in: folder)
      #expect(!ProcessTable.processes(in: folder + "/data").contains(orphan))
      let text = Result { try sql("select text from note", on: second) }
      await second.stop()
      #expect(try text.get() == "kept")
    }
  }

  @Test func theServerIsToldToStopWhenTheProcessThatStartedItIsKilled() async throws {
    try await withFolder { folder in
      let log = folder + "/log"
      let server = try ServerAccount.current()
        .command(["sh", "-c", "echo $$; exec sleep 600"], deathSignal: "TERM")
      let parent = try await ChildProcess.start(
        ["sh", "-c", #""$@" & wait"#, "sh"] + server, log: log)
      var pid = ""
      try await eventually("it has written its number") {
        pid = try String(contentsOfFile: log, encoding: .utf8)
        return pid.hasSuffix("\n")
      }
      parent.send(SIGKILL)
      await parent.end()
      // Of a process that has ended, and is not collected yet, the command line is empty.
      let commandLine = "/proc/\(pid.dropLast())/cmdline"
      try await eventually("it has ended") {
        FileManager.default.contents(atPath: commandLine)?.isEmpty != false
      }
    }
  }

  @Test func recoversFromACrashOfTheServer() async throws {
    try await withTemporaryPostgres { server in
      _ = try sql("create table note as select 'kept' as text", on: server)
      await server.crash()
      #expect(throws: EmbeddedPostgresError.self) { try sql("select 1", on: server) }
      try await server.restart()
      #expect(try sql("select text from note", on: server) == "kept")
    }
  }

  @Test func aPausedServerStopsAllTheSame() async throws {
    try await withTemporaryPostgres { server in
      server.pause()
      await server.stop()
      try await server.restart()
      #expect(try sql("select 1", on: server) == "1")
    }
  }

  @Test func aFolderThatIsNoDataDirectoryIsRefusedAndKept() async throws {
    try await withFolder { folder in
      try FileManager.default.createDirectory(
        atPath: folder + "/data", withIntermediateDirectories: false)
      try "precious".write(toFile: folder + "/data/note", atomically: true, encoding: .utf8)
      let error = await #expect(throws: EmbeddedPostgresError.self) { try await start(in: folder) }
      #expect(error?.code == .brokenDataDirectory)
      #expect(error?.description.contains("\n") == false)
      #expect(try String(contentsOfFile: folder + "/data/note", encoding: .utf8) == "precious")
    }
  }

  @Test func aDataDirectoryThatLostAFileFailsWithTheServersOwnWords() async throws {
    try await withFolder { folder in
      await (try start(in: folder)).stop()
      try FileManager.default.removeItem(atPath: folder + "/data/global/pg_control")
      let error = await #expect(throws: EmbeddedPostgresError.self) { try await start(in: folder) }
      #expect(error?.description.contains("pg_control") == true)
      #expect(error?.description.contains("\n") == false)
    }
  }

  @Test func aSocketPathThatTheKernelWouldRefuseIsNamed() async throws {
    try await withFolder { folder in
      let error = await #expect(throws: EmbeddedPostgresError.self) {
        try await EmbeddedPostgres.start(
          dataDirectory: folder + "/data",
          socketDirectory: folder + "/" + String(repeating: "s", count: 90),
          logger: Logger(label: "test"))
      }
      #expect(error?.code == .socketPathTooLong)
      #expect(!FileManager.default.fileExists(atPath: folder + "/data"))
    }
  }

  @Test func nothingIsLeftOfATemporaryServerWhoseBodyThrows() async throws {
    struct Failure: Error {}
    var folder = ""
    await #expect(throws: Failure.self) {
      try await withTemporaryPostgres { server in
        folder = server.socketDirectory
        throw Failure()
      }
    }
    #expect(!folder.isEmpty)
    #expect(!FileManager.default.fileExists(atPath: folder))
    #expect(ProcessTable.processes(in: folder + "/data").isEmpty)
  }
}
