import Tenancy

/// What tells that a row is a part of a split.
struct SplitMark: Hashable {
  /// Equal for the parts of one transaction.
  var key: String
  /// From 1; 0 for the row of the whole.
  var position: Int?
  /// How many parts there are.
  var count: Int?
  /// The memo of the whole.
  var title = ""
}

/// Puts rows that follow one another together into one row with parts.
struct SplitAssembler {
  typealias Entry = (row: StatementRow, account: String?, mark: SplitMark?)

  static let maxParts = 500

  private var group: [Entry] = []

  /// Adds a row; appends the rows that are complete.
  mutating func add(_ entry: Entry, into rows: inout [Entry]) {
    guard let mark = entry.mark else {
      finish(into: &rows)
      rows.append(entry)
      return
    }
    if let first = group.first {
      let restarts = mark.position.map { $0 <= (group.last?.mark?.position ?? -1) } ?? false
      if first.mark?.key != mark.key || first.account != entry.account || restarts
        || group.count >= Self.maxParts
      {
        finish(into: &rows)
      }
    }
    group.append(entry)
    if let count = mark.count, mark.position == count { finish(into: &rows) }
  }

  mutating func finish(into rows: inout [Entry]) {
    if let whole = group.first, whole.mark?.position == 0 {
      rows.append(Self.combined(whole: whole, parts: group.dropFirst()))
    } else if group.count > 1, let entry = Self.combined(group) {
      rows.append(entry)
    } else {
      rows += group
    }
    group = []
  }

  private static func part(_ row: StatementRow) -> StatementPart {
    var part = StatementPart(amount: row.amount)
    part.category = row.category
    part.memo = row.memo
    part.transferAccount = row.transferAccount
    part.transferAmount = row.transferAmount
    part.transferCurrency = row.transferCurrency
    return part
  }

  private static func sum(_ parts: some Sequence<Entry>) -> DecimalNumber? {
    var sum = DecimalSum()
    for part in parts { sum.add(part.row.amount) }
    return sum.value
  }

  /// The whole with its parts, or without if they do not add up to it. Some write the whole as 0.
  private static func combined(whole: Entry, parts: ArraySlice<Entry>) -> Entry {
    var entry = whole
    guard let sum = sum(parts), !parts.isEmpty else { return whole }
    if whole.row.amount.isZero { entry.row.amount = sum }
    guard sum == entry.row.amount else { return whole }
    entry.row.category = parts.count == 1 ? parts[parts.startIndex].row.category : []
    if parts.count > 1 { entry.row.parts = parts.map { part($0.row) } }
    return entry
  }

  private static func combined(_ parts: [Entry]) -> Entry? {
    guard var entry = parts.first, let sum = sum(parts) else { return nil }
    let payees = parts.filter { $0.row.transferAccount == nil }.map(\.row.payee)
    entry.row.amount = sum
    entry.row.payee = payees.first { !$0.isEmpty } ?? ""
    entry.row.memo = entry.mark?.title ?? ""
    entry.row.category = []
    entry.row.transferAccount = nil
    entry.row.transferAmount = nil
    entry.row.transferCurrency = nil
    entry.row.parts = parts.map { part($0.row) }
    for tag in parts.flatMap(\.row.tags) where !entry.row.tags.contains(tag) {
      entry.row.tags.append(tag)
    }
    return entry
  }
}
