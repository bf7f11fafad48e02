import Foundation

@testable import EmbeddedPostgres

/// A home for `terrace dev` and free ports, and the built command to run with them.
struct DevelopmentFolder: Sendable {
  let home: String
  let port: Int
  let adminPort: Int
  /// Settings besides those.
  var environment: [String: String] = [:]

  /// The command that was built beside the tests.
  static let command = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    .appendingPathComponent("terrace").path

  /// The data directory, which is elsewhere for root.
  var dataDirectory: String {
    URL(fileURLWithPath: home + "/postgres").resolvingSymlinksInPath().path + "/data"
  }

  /// Runs `body` with a new folder, and removes it and what it links to afterwards.
  static func with<R>(_ body: (DevelopmentFolder) async throws -> R) async throws -> R {
    let folder = DevelopmentFolder(
      home: FileManager.default.temporaryDirectory.path + "/dev-\(UUID().uuidString.prefix(8))",
      port: try freePort(), adminPort: try freePort())
    defer {
      let link = folder.home + "/postgres"
      if let target = try? FileManager.default.destinationOfSymbolicLink(atPath: link) {
        try? FileManager.default.removeItem(atPath: target)
      }
      try? FileManager.default.removeItem(atPath: folder.home)
    }
    return try await body(folder)
  }

  /// The words of a command line with the folder's settings.
  func words(_ command: [String]) -> [String] {
    let settings = environment.merging([
      "TERRACE_HOME": home, "PORT": String(port), "ADMIN_PORT": String(adminPort),
    ]) { $1 }
    return ["env"] + settings.map { "\($0.key)=\($0.value)" } + command
  }

  /// Runs `terrace` with these arguments to its end, which must be near.
  func terrace(_ arguments: String...) throws -> (exitCode: Int32, output: String) {
    let (status, output) = try ChildProcess.run(words([Self.command] + arguments))
    return (status >> 8, output)
  }

  /// Runs `body` while `terrace dev` serves, and kills what then is left of it.
  func serving<R>(_ body: (ChildProcess) async throws -> R) async throws -> R {
    let log = home + ".log"
    try? FileManager.default.removeItem(atPath: log)
    defer { try? FileManager.default.removeItem(atPath: log) }
    // If the tests are killed, so is the server.
    let child = try await ChildProcess.start(
      ["setpriv", "--pdeathsig", "KILL", "--"] + words([Self.command, "dev"]), log: log)
    do {
      try await untilReady(child, log)
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

  private func untilReady(_ child: ChildProcess, _ log: String) async throws {
    while true {
      let output = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
      if output.contains("/readyz and /metrics") { return }
      guard !child.hasEnded else { throw NotReady(output: output) }
      try await Task.sleep(for: .milliseconds(20))
    }
  }

  private func end(_ child: ChildProcess) async {
    child.send(SIGKILL)
    await child.end()
    while !ProcessTable.processes(in: dataDirectory).isEmpty {
      try? await Task.sleep(for: .milliseconds(20))
    }
  }

  private static func freePort() throws -> Int {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = in_addr_t(INADDR_LOOPBACK).bigEndian
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let bound = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, size) == 0 && getsockname(descriptor, $0, &size) == 0
      }
    }
    guard bound else { throw POSIXError(.EADDRNOTAVAIL) }
    return Int(in_port_t(bigEndian: address.sin_port))
  }
}
