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

/// A record of a QIF file, as it is written.
struct QIFRecord {
  struct Split {
    var category: [UInt8]
    var memo: [UInt8] = []
    var amount: [UInt8] = []
  }

  let line: Int
  private(set) var date: [UInt8] = []
  private(set) var amount: [UInt8] = []
  private(set) var payee: [UInt8] = []
  private(set) var memo: [UInt8] = []
  private(set) var category: [UInt8] = []
  /// The check's number; in the list of accounts, the account's name.
  private(set) var number: [UInt8] = []
  private(set) var splits: [Split] = []

  init(line: Int) {
    self.line = line
  }

  mutating func set(_ line: LineReader.Line, isAccount: Bool) {
    let value = Array(line.value)
    switch line.bytes.first {
    case UInt8(ascii: "N"): number = value
    case _ where isAccount: break
    case UInt8(ascii: "D"): date = value
    case UInt8(ascii: "T"): amount = value
    // The same amount once more, with room for more digits.
    case UInt8(ascii: "U"): if amount.isEmpty { amount = value }
    case UInt8(ascii: "P"): payee = value
    case UInt8(ascii: "M"): memo = value
    case UInt8(ascii: "L"): category = value
    case UInt8(ascii: "S"):
      if splits.count < QIFScanner.maxSplits { splits.append(Split(category: value)) }
    case UInt8(ascii: "E"): if !splits.isEmpty { splits[splits.count - 1].memo = value }
    case UInt8(ascii: "$"): if !splits.isEmpty { splits[splits.count - 1].amount = value }
    default: break
    }
  }
}
