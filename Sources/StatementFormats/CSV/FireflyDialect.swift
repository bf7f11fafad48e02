/// Firefly III writes each transaction once, from a source to a destination; its kind tells which of
/// them are accounts of the user. Parts of a split have equal `group_id`.
struct FireflyDialect: CSVExportDialect {
  private static let ownKinds: Set<String> = [
    "asset account", "default account", "loan", "debt", "mortgage",
  ]

  func adapt(_ entry: inout SplitAssembler.Entry, record: CSVRecord, parser: CSVRowParser) {
    let columns = parser.columns
    func text(_ columns: [Int]) -> String {
      parser.text(record, columns, limit: TextLimits.name) ?? ""
    }
    let kind = text(columns.kind).lowercased()
    let source = text(columns.sourceAccount)
    let destination = text(columns.destinationAccount)
    let isFromOwn = Self.isOwn(text(columns.sourceKind), or: kind != "deposit")
    let isToOwn = Self.isOwn(
      text(columns.destinationKind), or: kind == "deposit" || kind == "transfer")
    // Amounts are written with either sign, by version.
    let magnitude = entry.row.amount.magnitude
    if isFromOwn {
      entry.account = source
      entry.row.amount = magnitude.negated
      entry.row.payee = isToOwn ? "" : destination
      entry.row.transferAccount = isToOwn ? destination : nil
      entry.row.transferAmount = entry.row.transferAmount?.magnitude
    } else {
      entry.account = destination
      entry.row.amount = magnitude
      entry.row.payee = source
    }
    if !(isFromOwn && isToOwn) {
      entry.row.transferAmount = nil
      entry.row.transferCurrency = nil
    }
    if kind == "opening balance" {
      entry.row.payee = "Opening balance"
      entry.row.isOpening = true
    }
    let group = text(columns.group)
    if !group.isEmpty { entry.mark = SplitMark(key: group, title: text(columns.groupTitle)) }
  }

  /// Whether an account of such a kind is the user's; old exports have no kinds.
  private static func isOwn(_ kind: String, or guess: Bool) -> Bool {
    kind.isEmpty ? guess : ownKinds.contains(kind.lowercased())
  }
}
