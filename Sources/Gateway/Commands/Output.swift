import Foundation

/// Prints text on standard output, at once. Nothing is said of a pipe that nobody reads any more.
///
/// - Throws: ``CommandFailure`` if it cannot be written.
func printOutput(
  _ text: some CustomStringConvertible, terminator: String = "\n"
) throws(CommandFailure) {
  do {
    try FileHandle.standardOutput.write(contentsOf: Data("\(text)\(terminator)".utf8))
  } catch {
    guard error.systemError != EPIPE else { return }
    throw CommandFailure("cannot write to standard output: \(error.systemReason)")
  }
}

/// Prints a line on standard error. There is nowhere to say that it cannot be.
func printError(_ line: String) {
  try? FileHandle.standardError.write(contentsOf: Data((line + "\n").utf8))
}
