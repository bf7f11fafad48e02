import Foundation
import TestSupport

@testable import EmbeddedPostgres

/// A home for `terrace dev` and free ports, and the built command to run with them.
struct DevelopmentFolder: Sendable {
  let home: String
  let port: Int
  let adminPort: Int
  let opsPort: Int
  /// Settings besides those.
  var environment: [String: String] = [:]

  /// The data directory, which is elsewhere for root.
  var dataDirectory: String {
    URL(fileURLWithPath: home + "/postgres").resolvingSymlinksInPath().path + "/data"
  }

  /// Runs `body` with a new folder, and removes it and what it links to afterwards.
  static func with<R>(_ body: (DevelopmentFolder) async throws -> R) async throws -> R {
    let folder = DevelopmentFolder(
      home: FileManager.default.temporaryDirectory.path + "/dev-\(UUID().uuidString.prefix(8))",
      port: try Loopback.freePort(), adminPort: try Loopback.freePort(),
      opsPort: try Loopback.freePort())
    defer {
      let link = folder.home + "/postgres"
      if let target = try? FileManager.default.destinationOfSymbolicLink(atPath: link) {
        try? FileManager.default.removeItem(atPath: target)
      }
      try? FileManager.default.removeItem(atPath: folder.home)
    }
    return try await body(folder)
  }

  /// What the folder's processes are told.
  private var settings: [String: String] {
    environment.merging([
      "TERRACE_HOME": home, "PORT": String(port), "ADMIN_PORT": String(adminPort),
      // The usual one is free until another test's process takes it in the same moment.
      "OPS_PORT": String(opsPort),
    ]) { $1 }
  }

  /// Runs `terrace` with these arguments to its end, which must be near.
  func terrace(_ arguments: String...) throws -> (exitCode: Int32, output: String) {
    try TerraceCommand.run(arguments, settings)
  }

  /// Runs a shell script with the folder's settings, and returns what it printed.
  func shell(_ script: String) throws -> String {
    try ChildProcess.run(TerraceCommand.words(["sh", "-c", script], settings)).output
  }

  /// Runs `body` while `terrace dev` serves, and kills what then is left of it.
  func serving<R>(_ body: (ChildProcess) async throws -> R) async throws -> R {
    try? FileManager.default.removeItem(atPath: log)
    defer { try? FileManager.default.removeItem(atPath: log) }
    let child = try await TerraceCommand.start(["dev"], settings, log: log)
    do {
      try await untilReady(child)
      let result = try await body(child)
      await end(child)
      return result
    } catch {
      await end(child)
      throw error
    }
  }

  struct NotReady: Error {
    let output: String
  }

  private var log: String { home + ".log" }

  /// What the command has printed while it serves.
  func output() -> String {
    (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
  }

  private func untilReady(_ child: ChildProcess) async throws {
    try await eventually("the command serves", within: .seconds(300)) {
      let output = output()
      if output.contains("/readyz and /metrics") { return true }
      guard !child.hasEnded else { throw NotReady(output: output) }
      return false
    }
  }

  private func end(_ child: ChildProcess) async {
    child.send(SIGKILL)
    await child.end()
    try? await eventually("its server ends") {
      ProcessTable.processes(in: dataDirectory).isEmpty
    }
  }
}
