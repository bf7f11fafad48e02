/// Splits UTF-8 into the records of a CSV file (RFC 4180, with the liberties that banks take).
///
/// A line ends with CR, LF or both; empty lines are left out. A quotation mark opens a quoted field
/// only at its beginning. If it is not closed within 200 lines or 64 KiB, the record is its first
/// line as it stands, and reading goes on with the second.
package struct CSVReader: Sendable {
  static let maxRecordBytes = 64 << 10
  static let maxRecordLines = 200
  static let maxFields = 512
  static let maxOpenQuotes = 100

  private enum State { case fieldStart, unquoted, quoted, quoteInQuoted }

  private let separator: UInt8
  /// Whether a quotation mark is a character like others: on a line where one was not closed.
  private var ignoresQuotes = false
  private var state = State.fieldStart
  private var bytes: [UInt8] = []
  private var ends: [Int] = []
  private var line = 1
  private var recordLine = 1
  /// Whether the last byte was a CR, so that an LF belongs to it.
  private var afterReturn = false
  /// What was read of the record, while a quotation mark may turn out to be open.
  private var raw: [UInt8] = []
  private var keepsRaw = false
  private var openQuotes = 0

  package init(separator: CSVSeparator) {
    self.separator = separator.byte
  }

  /// Appends the records that the chunk ends.
  ///
  /// - Throws: `StatementFileError` if a record has more than 512 fields or 64 KiB, or if the file has more
  ///   than 100 quotation marks that are not closed.
  package mutating func read(
    _ chunk: ArraySlice<UInt8>, into records: inout [CSVRecord]
  ) throws(StatementFileError) {
    var rest = chunk
    while let overrun = try readUntilOverrun(rest, into: &records) {
      // What follows the first line of the record is read once more.
      let again = try restart(into: &records)
      try read(again[...], into: &records)
      rest = rest[overrun...]
    }
  }

  /// Appends the last record if no line end follows it.
  package mutating func finish(into records: inout [CSVRecord]) throws(StatementFileError) {
    while state == .quoted {
      let again = try restart(into: &records)
      try read(again[...], into: &records)
    }
    if state != .fieldStart || !ends.isEmpty { try endRecord(into: &records) }
  }

  /// Returns the index after the byte with which a quoted record became too long.
  private mutating func readUntilOverrun(
    _ chunk: ArraySlice<UInt8>, into records: inout [CSVRecord]
  ) throws(StatementFileError) -> Int? {
    var index = chunk.startIndex
    while index < chunk.endIndex {
      if state == .unquoted || state == .quoted {
        index = copyPlain(chunk, from: index)
        guard index < chunk.endIndex else { break }
      }
      let byte = chunk[index]
      index += 1
      if afterReturn {
        afterReturn = false
        if byte == UInt8(ascii: "\n"), state != .quoted { continue }
        if byte == UInt8(ascii: "\n") { line -= 1 }
      }
      try step(byte, into: &records)
      if state == .quoted,
        raw.count > Self.maxRecordBytes || line - recordLine > Self.maxRecordLines
      {
        return index
      }
    }
    guard bytes.count <= Self.maxRecordBytes else { throw Self.tooLong(line: recordLine) }
    return nil
  }

  /// Copies bytes that mean nothing within a field.
  private mutating func copyPlain(_ chunk: ArraySlice<UInt8>, from start: Int) -> Int {
    let isQuoted = state == .quoted
    let separator = separator
    let room = max(0, Self.maxRecordBytes - raw.count)
    let end = chunk.withUnsafeBufferPointer { buffer in
      var offset = start - chunk.startIndex
      // A quoted field stops where its limit is, wherever chunks end.
      let limit = isQuoted ? min(buffer.count, offset + room) : buffer.count
      while offset < limit {
        let byte = buffer[offset]
        if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") { break }
        if isQuoted ? byte == UInt8(ascii: "\"") : byte == separator { break }
        offset += 1
      }
      return chunk.startIndex + offset
    }
    if end > start {
      afterReturn = false
      bytes += chunk[start..<end]
      if keepsRaw { raw += chunk[start..<end] }
    }
    return end
  }

  private mutating func step(
    _ byte: UInt8, into records: inout [CSVRecord]
  ) throws(StatementFileError) {
    let opensQuote = byte == UInt8(ascii: "\"") && state == .fieldStart && !ignoresQuotes
    if opensQuote, !keepsRaw { keepRaw() }
    if keepsRaw { raw.append(byte) }
    switch (state, byte) {
    case (.quoted, UInt8(ascii: "\"")): state = .quoteInQuoted
    case (.quoted, _):
      noteLineEnd(byte)
      bytes.append(byte)
    case (.quoteInQuoted, UInt8(ascii: "\"")):
      bytes.append(byte)
      state = .quoted
    case (_, separator): try endField()
    case (_, UInt8(ascii: "\n")), (_, UInt8(ascii: "\r")):
      noteLineEnd(byte)
      try endRecord(into: &records)
    default:
      // Whatever follows a closing quotation mark belongs to the field.
      if opensQuote {
        state = .quoted
      } else {
        bytes.append(byte)
        state = .unquoted
      }
    }
  }

  private mutating func noteLineEnd(_ byte: UInt8) {
    if byte == UInt8(ascii: "\r") || byte == UInt8(ascii: "\n") { line += 1 }
    afterReturn = byte == UInt8(ascii: "\r")
  }

  private mutating func endField() throws(StatementFileError) {
    ends.append(bytes.count)
    state = .fieldStart
    guard ends.count <= Self.maxFields else {
      throw StatementFileError(
        .limitExceeded, "Line \(recordLine) has more than \(Self.maxFields) columns.")
    }
  }

  private mutating func endRecord(into records: inout [CSVRecord]) throws(StatementFileError) {
    guard bytes.count <= Self.maxRecordBytes else { throw Self.tooLong(line: recordLine) }
    let isBlankLine = ends.isEmpty && bytes.allSatisfy { $0 == UInt8(ascii: " ") }
    if !isBlankLine {
      try endField()
      records.append(
        CSVRecord(line: recordLine, bytes: bytes, ends: ends, hasOpenQuote: ignoresQuotes))
    }
    startRecord()
  }

  private mutating func startRecord() {
    state = .fieldStart
    bytes.removeAll(keepingCapacity: true)
    ends.removeAll(keepingCapacity: true)
    raw.removeAll(keepingCapacity: true)
    keepsRaw = false
    recordLine = line
    ignoresQuotes = false
  }

  private static func tooLong(line: Int) -> StatementFileError {
    StatementFileError(
      .limitExceeded, "The record at line \(line) is longer than \(maxRecordBytes >> 10) KiB.")
  }

  // MARK: - Open quotation marks

  /// Begins to keep what the record is made of, with what was read of it: fields without quotes.
  private mutating func keepRaw() {
    keepsRaw = true
    var start = 0
    for end in ends {
      raw += bytes[start..<end]
      raw.append(separator)
      start = end
    }
  }

  /// Forgets the record, to read its first line without regard to quotation marks. Returns what has
  /// to be read.
  private mutating func restart(
    into records: inout [CSVRecord]
  ) throws(StatementFileError) -> [UInt8] {
    openQuotes += 1
    guard openQuotes <= Self.maxOpenQuotes else {
      throw StatementFileError(
        .malformed,
        "More than \(Self.maxOpenQuotes) quotation marks are not closed, the last at line \(recordLine)."
      )
    }
    let again = raw
    line = recordLine
    startRecord()
    afterReturn = false
    ignoresQuotes = true
    return again
  }
}
