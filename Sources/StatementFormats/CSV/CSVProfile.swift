/// Collects what the columns of a CSV file look like, to guess how they are read.
package struct CSVProfile: Sendable {
  private static let headRecords = 40

  private let separator: CSVSeparator
  /// The first records, until it is known where the table begins.
  private var head: [CSVRecord]? = []
  private var header: CSVRecord?
  private var firstLine = 1
  private var columns: [CSVColumnProfile] = []
  private(set) var hasTable = false

  package init(separator: CSVSeparator) {
    self.separator = separator
  }

  package mutating func add(_ record: CSVRecord) {
    guard head != nil else {
      profile(record)
      return
    }
    head?.append(record)
    if head?.count == Self.headRecords { findTable() }
  }

  private mutating func findTable() {
    let records = head ?? []
    head = nil
    guard let layout = CSVLayout(head: records) else { return }
    hasTable = true
    header = layout.header.map { records[$0] }
    firstLine = layout.firstRow < records.count ? records[layout.firstRow].line : .max
    columns = Array(repeating: CSVColumnProfile(), count: layout.width)
    for record in records[layout.firstRow...] { profile(record) }
  }

  private mutating func profile(_ record: CSVRecord) {
    // What is shorter or longer than the table is a footer or broken.
    guard record.count >= columns.count - 1, !record.isSparse(width: columns.count) else {
      return
    }
    for index in 0..<min(columns.count, record.count) {
      columns[index].add(record.trimmed(index))
    }
  }

  /// The guess, after the whole file.
  ///
  /// - Throws: `StatementFileError` if the file has no table.
  package mutating func mapping() throws(StatementFileError) -> CSVMapping {
    if head != nil { findTable() }
    guard hasTable else {
      throw StatementFileError(
        .notATable, "The file is text, but no table with dates and amounts was found in it.")
    }
    guard firstLine != .max else { throw .noTransactions(of: nil) }
    let names = (0..<columns.count).map { index in
      header.map { String(clean: $0.trimmed(index), limit: TextLimits.name) } ?? ""
    }
    return CSVMappingGuess(
      names: names, profiles: columns, separator: separator, headerLine: header?.line,
      firstLine: firstLine
    ).mapping
  }
}
