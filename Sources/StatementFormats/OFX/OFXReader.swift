import Tenancy

/// Reads OFX 1 (SGML), OFX 2 (XML) and QFX.
///
/// SGML leaves out the end tags of elements with text, so that elements have no depth here: a few
/// known aggregates begin and end, and every other tag begins a field.
struct OFXReader: StatementFormatReader {
  private var tokenizer = MarkupTokenizer()
  private var sources = SourceRegister()
  /// The field that text belongs to.
  private var field: (name: String, text: [UInt8])?
  private var isInSignOn = false
  private var status: OFXStatus?
  private var bankError: StatementFileError?
  private var statement: OFXStatement?
  private var transaction: OFXTransaction?
  private var isInInvestments = false
  private var notes: Set<String> = []

  mutating func read(
    _ text: ArraySlice<UInt8>, into events: inout [StatementEvent]
  ) throws(StatementFileError) {
    var tokens: [MarkupToken] = []
    do throws(StatementFileError) {
      try tokenizer.read(text, into: &tokens)
    } catch {
      // What is before the defect comes first, wherever chunks end.
      try handle(tokens, into: &events)
      throw error
    }
    try handle(tokens, into: &events)
  }

  mutating func finish(into events: inout [StatementEvent]) throws(StatementFileError) {
    var tokens: [MarkupToken] = []
    try tokenizer.finish(into: &tokens)
    try handle(tokens, into: &events)
    try endField()
    try endTransaction(into: &events)
    try endStatement(into: &events)
    if sources.hasNoRows {
      if let bankError { throw bankError }
      if !notes.isEmpty {
        throw StatementFileError(
          .notSupported, "The file has investment statements only, which are not read.")
      }
      let account = sources.count > 0 ? sources[0].identifier : nil
      throw .noTransactions(of: account)
    }
    sources.finish(into: &events)
  }

  private mutating func handle(
    _ tokens: [MarkupToken], into events: inout [StatementEvent]
  ) throws(StatementFileError) {
    for token in tokens {
      switch token.kind {
      case .open(let name, _):
        try endField()
        try open(name.uppercased(), line: token.line, into: &events)
      case .close(let name):
        try endField()
        try close(name.uppercased(), into: &events)
      case .text(let text):
        field?.text += text
      }
    }
  }

  // MARK: - Aggregates

  private mutating func open(
    _ name: String, line: Int, into events: inout [StatementEvent]
  ) throws(StatementFileError) {
    if isInInvestments { return }
    switch name {
    case "SONRS": isInSignOn = true
    case "STATUS": status = OFXStatus()
    case "STMTRS", "CCSTMTRS":
      try endStatement(into: &events)
      statement = OFXStatement()
    case "INVSTMTRS":
      isInInvestments = true
      note("An investment statement was left out.", into: &events)
    case "STMTTRN":
      try endTransaction(into: &events)
      transaction = OFXTransaction(line: line)
    case "BANKACCTFROM", "CCACCTFROM", "BANKACCTTO", "CCACCTTO", "LEDGERBAL", "AVAILBAL", "BAL",
      "CURRENCY", "ORIGCURRENCY":
      statement?.aggregate = name
    default: field = (name, [])
    }
  }

  private mutating func close(
    _ name: String, into events: inout [StatementEvent]
  ) throws(StatementFileError) {
    if isInInvestments {
      if name == "INVSTMTRS" { isInInvestments = false }
      return
    }
    switch name {
    case "SONRS": isInSignOn = false
    case "STATUS": try endStatus()
    case "STMTTRN", "BANKTRANLIST": try endTransaction(into: &events)
    case "STMTRS", "CCSTMTRS": try endStatement(into: &events)
    default:
      if name == statement?.aggregate { statement?.aggregate = nil }
    }
  }

  private mutating func note(_ text: String, into events: inout [StatementEvent]) {
    if notes.insert(text).inserted { events.append(.note(text)) }
  }

  // MARK: - Fields

  private mutating func endField() throws(StatementFileError) {
    guard let (name, text) = field else { return }
    field = nil
    guard !text.isEmpty else { return }
    if status != nil {
      status?.set(name, text)
    } else if statement?.aggregate == "BANKACCTTO" || statement?.aggregate == "CCACCTTO" {
      return
    } else if transaction != nil {
      // The amount of a row is not in its original currency.
      if name == "CURSYM", statement?.aggregate != "CURRENCY" { return }
      transaction?.set(name, text)
    } else {
      statement?.set(name, text)
    }
  }

  private mutating func endStatus() throws(StatementFileError) {
    defer { status = nil }
    guard let status, status.isError else { return }
    if isInSignOn {
      throw StatementFileError(
        .signOnFailed,
        "The bank refused the sign-on, so that the file has no statement: \(status.sentence)")
    }
    bankError = StatementFileError(
      .bankError, "The bank answered with an error instead of a statement: \(status.sentence)")
  }

  private mutating func endTransaction(
    into events: inout [StatementEvent]
  ) throws(StatementFileError) {
    guard let transaction else { return }
    self.transaction = nil
    statement?.aggregate = nil
    let source = try sourceIndex(into: &events)
    let (row, reasons) = transaction.row()
    if var row {
      row.source = source
      sources.add(row, into: &events)
    } else {
      sources.add(
        InvalidRow(
          source: source, line: transaction.line, reasons: reasons, text: transaction.excerpt),
        into: &events)
    }
  }

  private mutating func sourceIndex(
    into events: inout [StatementEvent]
  ) throws(StatementFileError) -> Int {
    let described = (statement ?? OFXStatement()).source
    return try sources.index(of: described.identifier ?? "", described, into: &events)
  }

  private mutating func endStatement(
    into events: inout [StatementEvent]
  ) throws(StatementFileError) {
    guard let statement else { return }
    let index = try sourceIndex(into: &events)
    self.statement = nil
    sources.update(index) { source in
      source.closing = statement.source.closing ?? source.closing
      source.start = source.start ?? statement.source.start
      source.end = statement.source.end ?? source.end
    }
  }
}
