import Tenancy

/// Reads CAMT.052 and CAMT.053 in all versions: elements are known by their local names.
///
/// A row's date is the booking date, as banks print statements; the value date where there is none.
struct CAMTReader: StatementFormatReader {
  static let maxDepth = 64

  private var tokenizer = MarkupTokenizer()
  private var sources = SourceRegister()
  /// The names of the open elements.
  private var path: [String] = []
  private var text: [UInt8] = []
  private var attributes: [String: String] = [:]
  private var statement: CAMTStatement?
  private var balance: CAMTBalance?
  private var entry: CAMTEntry?

  mutating func read(
    _ text: ArraySlice<UInt8>, into events: inout [StatementEvent]
  ) throws(StatementFileError) {
    var tokens: [MarkupToken] = []
    do throws(StatementFileError) {
      try tokenizer.read(text, into: &tokens)
    } catch {
      // What is before the defect comes first, wherever chunks end.
      for token in tokens { try handle(token, into: &events) }
      throw error
    }
    for token in tokens { try handle(token, into: &events) }
  }

  mutating func finish(into events: inout [StatementEvent]) throws(StatementFileError) {
    var tokens: [MarkupToken] = []
    try tokenizer.finish(into: &tokens)
    for token in tokens { try handle(token, into: &events) }
    guard path.isEmpty else {
      throw StatementFileError(.malformed, "The file ends within <\(path[path.count - 1])>.")
    }
    guard !sources.hasNoRows else {
      throw .noTransactions(of: sources.count > 0 ? sources[0].identifier : nil)
    }
    sources.finish(into: &events)
  }

  private mutating func handle(
    _ token: MarkupToken, into events: inout [StatementEvent]
  ) throws(StatementFileError) {
    switch token.kind {
    case .open(let name, let attributes):
      guard path.count < Self.maxDepth else {
        throw StatementFileError(
          .limitExceeded, "The elements at line \(token.line) are more than \(Self.maxDepth) deep.")
      }
      path.append(name)
      text = []
      self.attributes = attributes
      try open(name, line: token.line, into: &events)
    case .text(let more): text += more
    case .close(let name):
      guard path.last == name else {
        throw StatementFileError(
          .malformed,
          "</\(String(clean: name, limit: 40))> at line \(token.line) ends no element that is open."
        )
      }
      try endElement(name, line: token.line, into: &events)
      path.removeLast()
      text = []
    }
  }

  private mutating func open(
    _ name: String, line: Int, into events: inout [StatementEvent]
  ) throws(StatementFileError) {
    switch name {
    case "Stmt", "Rpt": statement = CAMTStatement(depth: path.count)
    case "Bal" where isInStatement: balance = CAMTBalance()
    case "Ntry" where isInStatement: entry = CAMTEntry(line: line, depth: path.count)
    case "TxDtls": try entry?.beginDetail()
    default: break
    }
  }

  /// Whether the innermost open element lies directly in the statement.
  private var isInStatement: Bool { statement.map { path.count == $0.depth + 1 } ?? false }

  private mutating func endElement(
    _ name: String, line: Int, into events: inout [StatementEvent]
  ) throws(StatementFileError) {
    if !text.isEmpty { setField() }
    switch name {
    case "Bal" where isInStatement:
      if let balance { statement?.add(balance) }
      balance = nil
    case "Ntry" where isInStatement: try endEntry(into: &events)
    case "Stmt", "Rpt": try endStatement(into: &events)
    default: break
    }
  }

  private mutating func setField() {
    guard let statement else { return }
    if let entry {
      let field = path[entry.depth...].joined(separator: "/")
      self.entry?.set(field, text, currency: attributes["Ccy"])
    } else {
      let field = path[statement.depth...].joined(separator: "/")
      if balance != nil {
        balance?.set(field, text)
      } else {
        self.statement?.set(field, text)
      }
    }
  }

  private mutating func sourceIndex(
    into events: inout [StatementEvent]
  ) throws(StatementFileError) -> Int {
    let described = statement?.source ?? StatementSource(index: 0)
    return try sources.index(of: described.identifier ?? "", described, into: &events)
  }

  private mutating func endEntry(
    into events: inout [StatementEvent]
  ) throws(StatementFileError) {
    guard let entry else { return }
    self.entry = nil
    let source = try sourceIndex(into: &events)
    let (rows, reasons) = entry.rows()
    for var row in rows {
      row.source = source
      sources.add(row, into: &events)
    }
    if !reasons.isEmpty {
      sources.add(
        InvalidRow(source: source, line: entry.line, reasons: reasons, text: entry.excerpt),
        into: &events)
    }
  }

  private mutating func endStatement(
    into events: inout [StatementEvent]
  ) throws(StatementFileError) {
    guard let statement else { return }
    let index = try sourceIndex(into: &events)
    self.statement = nil
    sources.update(index) { source in
      // Of several statements of an account, the first opens and the last closes.
      source.opening = source.opening ?? statement.source.opening
      source.closing = statement.source.closing ?? source.closing
      source.start = source.start ?? statement.source.start
      source.end = statement.source.end ?? source.end
    }
  }
}
