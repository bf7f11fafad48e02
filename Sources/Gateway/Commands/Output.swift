import Foundation
import Tenancy

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

/// Prints JSON on standard output as it is, but for characters in its strings that would do something
/// to a terminal: those are written as escapes, which mean the same.
///
/// - Throws: ``CommandFailure`` if it cannot be written.
func printJSON(_ text: String) throws(CommandFailure) {
  var escaped = ""
  for scalar in text.unicodeScalars {
    if scalar.isLayoutControl, !["\n", "\r", "\t"].contains(scalar), scalar.value <= 0xFFFF {
      escaped += "\\u" + UInt16(scalar.value).hex
    } else {
      escaped.unicodeScalars.append(scalar)
    }
  }
  try printOutput(escaped)
}

/// Prints a line on standard error, without what would do something to a terminal: others wrote some
/// of it. There is nowhere to say that it cannot be.
func printError(_ line: String) {
  // libpq indents the lines that it goes on in by tabs.
  let text = line.split { $0.isNewline || $0 == "\t" }.joined(separator: " ").withoutLayoutControls
  try? FileHandle.standardError.write(contentsOf: Data((text + "\n").utf8))
}
