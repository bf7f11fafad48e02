/// Reads one format from UTF-8.
protocol StatementFormatReader {
  /// Appends what the text ends.
  mutating func read(
    _ text: ArraySlice<UInt8>, into events: inout [StatementEvent]
  ) throws(StatementFileError)

  /// Appends the rest, and each source once more.
  mutating func finish(into events: inout [StatementEvent]) throws(StatementFileError)
}
