import Tenancy

/// Reads SWIFT MT940: fields such as `:61:`, each from its tag to the next one.
struct MT940Reader: StatementFormatReader {
  static let maxFieldLines = 100

  private var lines = LineReader()
  private var sources = SourceRegister()
  private var field: MT940Field?
  private var account: String?
  private var currency: String?
  private var opening: StatementSource.Balance?
  private var transaction: MT940Transaction?
  /// After the closing balance: an `:86:` is then about the statement, not about its last row.
  private var isClosed = false

  mutating func read(
    _ text: ArraySlice<UInt8>, into events: inout [StatementEvent]
  ) throws(StatementFileError) {
    var found: [LineReader.Line] = []
    try lines.read(text, into: &found)
    for line in found { try handle(line, into: &events) }
  }

  mutating func finish(into events: inout [StatementEvent]) throws(StatementFileError) {
    var found: [LineReader.Line] = []
    lines.finish(into: &found)
    for line in found { try handle(line, into: &events) }
    try endField(into: &events)
    try endTransaction(into: &events)
    guard !sources.hasNoRows else { throw .noTransactions(of: account) }
    sources.finish(into: &events)
  }

  private mutating func handle(
    _ line: LineReader.Line, into events: inout [StatementEvent]
  ) throws(StatementFileError) {
    var bytes = line.bytes
    // A message's blocks: {1:F01…}{2:…}{4:
    if bytes.first == UInt8(ascii: "{") {
      try endField(into: &events)
      guard let block = bytes.lastIndex(of: UInt8(ascii: "{")) else { return }
      bytes = bytes[block...].dropFirst(3)
    }
    if let (tag, value) = MT940Field.split(bytes) {
      try endField(into: &events)
      field = MT940Field(tag: tag, line: line.number, lines: [Array(value)])
    } else if bytes.elementsEqual("-".utf8) || bytes.starts(with: "-}".utf8) {
      try endField(into: &events)
    } else if let count = field?.lines.count, count < Self.maxFieldLines {
      field?.lines.append(Array(bytes))
    }
  }

  private mutating func endField(
    into events: inout [StatementEvent]
  ) throws(StatementFileError) {
    guard let field else { return }
    self.field = nil
    switch field.tag {
    case "20": try endTransaction(into: &events)
    case "25", "25P":
      try endTransaction(into: &events)
      beginStatement(account: field.text)
    case "60F", "60M": opening = balance(field)
    case "61":
      try endTransaction(into: &events)
      isClosed = false
      transaction = MT940Transaction(field)
    case "86": if !isClosed { transaction?.information = field.lines }
    case "62F", "62M": try closeStatement(field, into: &events)
    default: break
    }
  }

  private mutating func beginStatement(account: String) {
    self.account = account
    currency = nil
    opening = nil
    isClosed = false
  }

  private mutating func balance(_ field: MT940Field) -> StatementSource.Balance? {
    guard let balance = MT940Balance(field.text) else { return nil }
    currency = balance.currency
    return StatementSource.Balance(amount: balance.amount, date: balance.date)
  }

  private mutating func sourceIndex(
    into events: inout [StatementEvent]
  ) throws(StatementFileError) -> Int {
    var source = StatementSource(index: 0)
    source.identifier = account
    source.currency = currency
    // Of several statements and pages, the first opens.
    source.opening = opening
    return try sources.index(of: account ?? "", source, into: &events)
  }

  private mutating func closeStatement(
    _ field: MT940Field, into events: inout [StatementEvent]
  ) throws(StatementFileError) {
    try endTransaction(into: &events)
    let closing = balance(field)
    let index = try sourceIndex(into: &events)
    sources.update(index) { $0.closing = closing ?? $0.closing }
    isClosed = true
  }

  private mutating func endTransaction(
    into events: inout [StatementEvent]
  ) throws(StatementFileError) {
    guard let transaction else { return }
    self.transaction = nil
    let source = try sourceIndex(into: &events)
    let (row, reasons) = transaction.row()
    if var row {
      row.source = source
      row.currency = currency
      sources.add(row, into: &events)
    } else {
      sources.add(
        InvalidRow(
          source: source, line: transaction.line, reasons: reasons, text: transaction.excerpt),
        into: &events)
    }
  }
}
