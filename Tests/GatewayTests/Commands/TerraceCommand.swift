import Foundation

@testable import EmbeddedPostgres

/// The command that was built beside the tests, run as a process.
enum TerraceCommand {
  static let path = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    .appendingPathComponent("terrace").path

  /// The words of a command line that runs `command` with these settings.
  static func words(_ command: [String], _ settings: [String: String]) -> [String] {
    ["env"] + settings.map { "\($0.key)=\($0.value)" } + command
  }

  /// Runs it to its end, which must be near.
  static func run(
    _ arguments: [String], _ settings: [String: String] = [:]
  ) throws -> (exitCode: Int32, output: String) {
    let (status, output) = try ChildProcess.run(words([path] + arguments, settings))
    return (status >> 8, output)
  }

  /// Starts it; it is killed when the tests are.
  static func start(
    _ arguments: [String], _ settings: [String: String], log: String
  ) async throws -> ChildProcess {
    try await ChildProcess.start(
      ["setpriv", "--pdeathsig", "KILL", "--"] + words([path] + arguments, settings), log: log)
  }

  /// A port that nobody listens on just now.
  static func freePort() throws -> Int {
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
