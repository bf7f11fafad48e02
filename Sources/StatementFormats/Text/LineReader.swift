/// Splits UTF-8 into lines that end with CR, LF or both.
struct LineReader {
  static let maxLineBytes = 64 << 10

  struct Line {
    /// From 1.
    var number: Int
    /// Without the line end and spaces after it.
    var bytes: ArraySlice<UInt8>

    /// What follows the first byte.
    var value: ArraySlice<UInt8> { bytes.dropFirst().trimmingSpaces }
  }

  private var line: [UInt8] = []
  private var number = 0
  private var afterReturn = false

  /// Appends the lines that the chunk ends.
  ///
  /// - Throws: `StatementFileError` for a line longer than 64 KiB.
  mutating func read(
    _ chunk: ArraySlice<UInt8>, into lines: inout [Line]
  ) throws(StatementFileError) {
    for byte in chunk {
      let isSecondOfPair = afterReturn && byte == UInt8(ascii: "\n")
      afterReturn = byte == UInt8(ascii: "\r")
      if isSecondOfPair { continue }
      if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
        endLine(into: &lines)
      } else {
        line.append(byte)
        guard line.count <= Self.maxLineBytes else {
          throw StatementFileError(
            .limitExceeded,
            "Line \(number + 1) is longer than \(Self.maxLineBytes >> 10) KiB.")
        }
      }
    }
  }

  /// Appends the last line if no line end follows it.
  mutating func finish(into lines: inout [Line]) {
    if !line.isEmpty { endLine(into: &lines) }
  }

  private mutating func endLine(into lines: inout [Line]) {
    number += 1
    while let last = line.last, last <= 0x20 { line.removeLast() }
    lines.append(Line(number: number, bytes: line[...]))
    line = []
  }
}
