/// The character between the fields of a CSV file.
package enum CSVSeparator: String, Codable, Sendable, CaseIterable {
  case comma = ","
  case semicolon = ";"
  case tab = "\t"
  case pipe = "|"

  var byte: UInt8 {
    switch self {
    case .comma: UInt8(ascii: ",")
    case .semicolon: UInt8(ascii: ";")
    case .tab: UInt8(ascii: "\t")
    case .pipe: UInt8(ascii: "|")
    }
  }

  /// The separator that cuts most lines at the beginning of a file into equally many fields; nil if
  /// none cuts two lines.
  static func found(in head: ArraySlice<UInt8>) -> CSVSeparator? {
    if let hint = spreadsheetHint(head) { return hint }
    let scores = allCases.map { (separator: $0, score: score($0, head)) }
    guard let best = scores.max(by: { $0.score < $1.score }), best.score > 0 else { return nil }
    return best.separator
  }

  /// The line `sep=;`, which tells it to spreadsheets.
  private static func spreadsheetHint(_ head: ArraySlice<UInt8>) -> CSVSeparator? {
    guard head.starts(with: Array("sep=".utf8)), let byte = head.dropFirst(4).first else {
      return nil
    }
    return allCases.first { $0.byte == byte }
  }

  /// The number of lines with the most common number of fields, weighted by that number.
  private static func score(_ separator: CSVSeparator, _ head: ArraySlice<UInt8>) -> Int {
    var reader = CSVReader(separator: separator)
    var records: [CSVRecord] = []
    do throws(StatementFileError) {
      try reader.read(head, into: &records)
      // The head may end within a record, unless it is the whole file.
      if records.count < 2 { try reader.finish(into: &records) }
    } catch {
      return 0
    }
    var lines: [Int: Int] = [:]
    for record in records where record.count > 1 { lines[record.count, default: 0] += 1 }
    return lines.map { fields, lines in lines * min(fields, 12) }.max() ?? 0
  }
}
