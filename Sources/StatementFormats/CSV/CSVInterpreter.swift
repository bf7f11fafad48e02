/// Turns the records of a CSV file into rows, as a mapping says.
package struct CSVInterpreter {
  private let parser: CSVRowParser
  private let dialect: (any CSVExportDialect)?
  private var splits = SplitAssembler()
  private var transfers: TransferPairs?
  private var sources = SourceRegister()

  package init(mapping: CSVMapping) {
    parser = CSVRowParser(mapping)
    dialect = mapping.exporter?.dialect(mapping)
    transfers = mapping.exporter?.writesTransfersOnce == true ? nil : TransferPairs()
  }

  /// Appends what the record ends: nothing while it may be followed by a part of the same split.
  ///
  /// - Throws: `StatementFileError` if the file has too many accounts.
  package mutating func interpret(
    _ record: CSVRecord, into events: inout [StatementEvent]
  ) throws(StatementFileError) {
    guard record.line >= parser.mapping.firstLine else { return }
    var rows: [SplitAssembler.Entry] = []
    switch parser.parse(record) {
    case .none: return
    case .row(let row, let account):
      var entry: SplitAssembler.Entry = (row, account, nil)
      dialect?.adapt(&entry, record: record, parser: parser)
      splits.add(entry, into: &rows)
      try emit(rows, into: &events)
    case .invalid(let reasons):
      splits.finish(into: &rows)
      try emit(rows, into: &events)
      let account = parser.text(record, parser.columns.account, limit: TextLimits.name)
      let source = try sources.index(ofName: account, into: &events)
      sources.add(
        InvalidRow(source: source, line: record.line, reasons: reasons, text: record.excerpt),
        into: &events)
    }
  }

  /// - Throws: `StatementFileError` if there was no row.
  package mutating func finish(
    into events: inout [StatementEvent]
  ) throws(StatementFileError) {
    var rows: [SplitAssembler.Entry] = []
    splits.finish(into: &rows)
    try emit(rows, into: &events)
    guard !sources.hasNoRows else { throw .noTransactions(of: nil) }
    sources.finish(into: &events)
  }

  private mutating func emit(
    _ rows: [SplitAssembler.Entry], into events: inout [StatementEvent]
  ) throws(StatementFileError) {
    for entry in rows {
      var row = entry.row
      row.source = try sources.index(ofName: entry.account, into: &events)
      transfers?.mark(&row, account: entry.account)
      sources.add(row, into: &events)
    }
  }
}
