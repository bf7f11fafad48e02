/// A record of a CSV file: its fields as they are, without quotation marks.
package struct CSVRecord: Hashable, Sendable {
  /// The line of the file where it begins, from 1.
  package let line: Int
  /// Whether a quotation mark in it was never closed: its fields are then what stands on its line.
  package let hasOpenQuote: Bool
  /// The fields' UTF-8, one after the other.
  private let bytes: [UInt8]
  /// Where each field ends in `bytes`.
  private let ends: [Int]

  init(line: Int, bytes: [UInt8], ends: [Int], hasOpenQuote: Bool = false) {
    self.line = line
    self.bytes = bytes
    self.ends = ends
    self.hasOpenQuote = hasOpenQuote
  }

  package init(line: Int, fields: [String]) {
    var bytes: [UInt8] = []
    var ends: [Int] = []
    for field in fields {
      bytes += field.utf8
      ends.append(bytes.count)
    }
    self.init(line: line, bytes: bytes, ends: ends)
  }

  package var count: Int { ends.count }

  /// The UTF-8 of a field; empty beyond the last one.
  func field(_ index: Int) -> ArraySlice<UInt8> {
    guard index < ends.count else { return [] }
    return bytes[(index == 0 ? 0 : ends[index - 1])..<ends[index]]
  }

  /// The same without spaces around it.
  func trimmed(_ index: Int) -> ArraySlice<UInt8> {
    var field = field(index)
    while let first = field.first, first <= 0x20 { field = field.dropFirst() }
    while let last = field.last, last <= 0x20 { field = field.dropLast() }
    return field
  }

  package var fields: [String] {
    (0..<count).map { String(decoding: field($0), as: UTF8.self) }
  }

  /// How many fields have something in them.
  var filledFields: Int {
    (0..<count).count { !trimmed($0).isEmpty }
  }

  /// Whether it has so little for a table of that width that it stands above or below its rows.
  func isSparse(width: Int) -> Bool { filledFields <= max(1, min(2, width - 2)) }

  var excerpt: String {
    String(clean: fields.joined(separator: " | "), limit: TextLimits.excerpt)
  }
}
