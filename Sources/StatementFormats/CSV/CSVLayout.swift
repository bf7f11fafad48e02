/// Where the table of a CSV file begins, below what a bank writes above it.
struct CSVLayout: Equatable {
  /// The index of the header among the first records; nil if the table has none.
  var header: Int?
  /// The index of the first row.
  var firstRow: Int
  var width: Int

  /// Finds the table in the first records of a file; nil if there is none.
  init?(head: [CSVRecord]) {
    guard !head.isEmpty else { return nil }
    if let header = Self.namedHeader(head) {
      self.header = header
      firstRow = header + 1
      width = max(head[header].count, 1)
      return
    }
    let usual = Self.usualWidth(head)
    guard usual > 1,
      let row = head.firstIndex(where: { $0.count == usual && Self.isRow($0) })
    else { return nil }
    firstRow = row
    width = usual
    if row > 0, head[row - 1].count == usual, Self.isHeader(head[row - 1]) { header = row - 1 }
  }

  /// The record with the most names that are known, if one of them is a date's.
  private static func namedHeader(_ head: [CSVRecord]) -> Int? {
    var best: (index: Int, names: Int)?
    for (index, record) in head.enumerated() where record.count > 1 && !isRow(record) {
      let roles = record.fields.compactMap { CSVVocabulary.meaning(of: $0)?.role }
      guard roles.count > 1, roles.contains(.date) else { continue }
      if roles.count > best?.names ?? 0 { best = (index, roles.count) }
    }
    return best?.index ?? head.firstIndex { CSVExporter(header: $0.fields) != nil }
  }

  private static func usualWidth(_ head: [CSVRecord]) -> Int {
    var counts: [Int: Int] = [:]
    for record in head { counts[record.count, default: 0] += 1 }
    return counts.max { ($0.value, $0.key) < ($1.value, $1.key) }?.key ?? 0
  }

  /// Whether a field is a date and another one a number.
  private static func isRow(_ record: CSVRecord) -> Bool {
    var dates = 0
    var numbers = 0
    for index in 0..<record.count {
      let field = record.trimmed(index)
      if let date = DateText(field), DateOrder.allCases.contains(where: { date.date($0) != nil }) {
        dates += 1
      } else if (try? LocalizedNumber(field)) != nil {
        numbers += 1
      }
    }
    return dates > 0 && numbers > 0
  }

  private static func isHeader(_ record: CSVRecord) -> Bool {
    record.filledFields > 1
      && (0..<record.count).allSatisfy { index in
        let field = record.trimmed(index)
        return (try? LocalizedNumber(field)) == nil && DateText(field) == nil
      }
  }
}
