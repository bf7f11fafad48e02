/// Splits a QIF file into its records.
struct QIFScanner {
  enum Item {
    /// The records that follow belong to the account.
    case account(String)
    case record(QIFRecord)
    /// A list of investments begins.
    case investments
  }

  private enum Section { case transactions, account, ignored }

  static let maxSplits = 500

  private var lines = LineReader()
  private var section = Section.ignored
  private var record: QIFRecord?

  mutating func read(_ text: ArraySlice<UInt8>) throws(StatementFileError) -> [Item] {
    var found: [LineReader.Line] = []
    try lines.read(text, into: &found)
    var items: [Item] = []
    for line in found { handle(line, into: &items) }
    return items
  }

  /// The last record, if no `^` follows it.
  mutating func finish() -> [Item] {
    var found: [LineReader.Line] = []
    lines.finish(into: &found)
    var items: [Item] = []
    for line in found { handle(line, into: &items) }
    endRecord(into: &items)
    return items
  }

  private mutating func handle(_ line: LineReader.Line, into items: inout [Item]) {
    switch line.bytes.first {
    case nil: return
    case UInt8(ascii: "!"):
      endRecord(into: &items)
      begin(line.value, into: &items)
    case UInt8(ascii: "^"): endRecord(into: &items)
    default:
      if section == .ignored { return }
      if record == nil { record = QIFRecord(line: line.number) }
      record?.set(line, isAccount: section == .account)
    }
  }

  private mutating func begin(_ header: ArraySlice<UInt8>, into items: inout [Item]) {
    let name = String(clean: header, limit: 40).lowercased()
    switch name {
    case "type:bank", "type:cash", "type:ccard", "type:oth a", "type:oth l": section = .transactions
    case "account": section = .account
    case "type:invst":
      section = .ignored
      items.append(.investments)
    case _ where name.hasPrefix("option:") || name.hasPrefix("clear:"): return
    default: section = .ignored
    }
  }

  private mutating func endRecord(into items: inout [Item]) {
    guard let record else { return }
    self.record = nil
    switch section {
    case .transactions: items.append(.record(record))
    case .account:
      let name = String(clean: record.number, limit: TextLimits.name)
      if !name.isEmpty { items.append(.account(name)) }
    case .ignored: break
    }
  }
}
