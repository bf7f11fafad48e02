/// Reads CSV as a mapping says.
struct CSVStatementReader: StatementFormatReader {
  private var reader: CSVReader
  private var interpreter: CSVInterpreter

  init(mapping: CSVMapping) {
    reader = CSVReader(separator: mapping.separator)
    interpreter = CSVInterpreter(mapping: mapping)
  }

  mutating func read(
    _ text: ArraySlice<UInt8>, into events: inout [StatementEvent]
  ) throws(StatementFileError) {
    var records: [CSVRecord] = []
    do throws(StatementFileError) {
      try reader.read(text, into: &records)
    } catch {
      // What is before the defect comes first, wherever chunks end.
      for record in records { try interpreter.interpret(record, into: &events) }
      throw error
    }
    for record in records { try interpreter.interpret(record, into: &events) }
  }

  mutating func finish(into events: inout [StatementEvent]) throws(StatementFileError) {
    var records: [CSVRecord] = []
    try reader.finish(into: &records)
    for record in records { try interpreter.interpret(record, into: &events) }
    try interpreter.finish(into: &events)
  }
}
