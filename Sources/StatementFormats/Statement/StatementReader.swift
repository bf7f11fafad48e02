/// The second pass over a file: reads it as a plan says.
///
/// Bytes go in by chunks of any size, events come out; of the file it keeps a row at a time.
package struct StatementReader {
  private var decoder: TextDecoder
  private var reader: any StatementFormatReader

  /// - Throws: `StatementFileError` for Terrace's own JSON, which is no statement.
  package init(plan: StatementPlan) throws(StatementFileError) {
    decoder = TextDecoder(plan.encoding)
    switch (plan.format, plan.csv, plan.qif) {
    case (.csv, let mapping?, _): reader = CSVStatementReader(mapping: mapping)
    case (.qif, _, let mapping?): reader = QIFReader(mapping: mapping)
    case (.ofx, _, _), (.qfx, _, _): reader = OFXReader()
    case (.camt, _, _): reader = CAMTReader()
    case (.mt940, _, _): reader = MT940Reader()
    case (.csv, nil, _), (.qif, _, nil):
      throw StatementFileError(.notSupported, "The plan has no mapping for the file.")
    case (.terraceJSON, _, _):
      throw StatementFileError(.notSupported, "An export of Terrace is no statement.")
    }
  }

  /// Appends what the chunk ends.
  ///
  /// - Throws: `StatementFileError` if the file cannot be read on.
  package mutating func read(
    _ chunk: ArraySlice<UInt8>, into events: inout [StatementEvent]
  ) throws(StatementFileError) {
    var text: [UInt8] = []
    text.reserveCapacity(chunk.count + chunk.count / 8)
    decoder.decode(chunk, into: &text)
    try reader.read(text[...], into: &events)
  }

  /// Appends the rest, and each source once more with its balances and period.
  ///
  /// - Throws: `StatementFileError` if the file has no transactions.
  package mutating func finish(
    into events: inout [StatementEvent]
  ) throws(StatementFileError) {
    var text: [UInt8] = []
    decoder.finish(into: &text)
    try reader.read(text[...], into: &events)
    try reader.finish(into: &events)
  }
}
