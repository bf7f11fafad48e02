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
}
