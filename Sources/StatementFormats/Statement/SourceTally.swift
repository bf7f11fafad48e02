import Tenancy

/// A source with what its rows add up to.
struct SourceTally {
  var source: StatementSource
  private(set) var rows = 0
  private(set) var invalid = 0
  private var sum = DecimalSum()
  private var firstDate: CivilDate?
  private var lastDate: CivilDate?
  /// The first and the last row, where rows have balances.
  private var first: StatementRow?
  private var last: StatementRow?

  init(_ source: StatementSource) {
    self.source = source
  }

  mutating func add(_ row: StatementRow) {
    rows += 1
    if row.isPending { return }
    sum.add(row.amount)
    firstDate = min(firstDate ?? row.date, row.date)
    lastDate = max(lastDate ?? row.date, row.date)
    guard row.balance != nil else { return }
    first = first ?? row
    last = row
  }

  mutating func addInvalid() {
    invalid += 1
  }

  /// The source with its period, and whether its balances agree with its rows.
  var finished: StatementSource {
    var source = source
    source.start = source.start ?? firstDate
    source.end = source.end ?? lastDate
    if source.opening == nil, source.closing == nil { addBalances(to: &source) }
    if let opening = source.opening, let closing = source.closing, invalid == 0 {
      source.balances = agrees(opening, closing)
    }
    return source
  }

  private func agrees(
    _ opening: StatementSource.Balance, _ closing: StatementSource.Balance
  ) -> Bool? {
    var total = sum
    total.add(opening.amount)
    return total.value.map { $0 == closing.amount }
  }

  /// Takes the balances from those after the rows, which may be sorted either way.
  private func addBalances(to source: inout StatementSource) {
    guard let first, let last else { return }
    let readings = [
      Self.balances(oldest: first, newest: last), Self.balances(oldest: last, newest: first),
    ].compactMap(\.self)
    // The order of the dates decides, unless only the other one adds up.
    let candidates = first.date <= last.date ? readings : readings.reversed()
    let reading = candidates.first { agrees($0.opening, $0.closing) == true } ?? candidates.first
    source.opening = reading?.opening
    source.closing = reading?.closing
  }

  private static func balances(
    oldest: StatementRow, newest: StatementRow
  ) -> (opening: StatementSource.Balance, closing: StatementSource.Balance)? {
    guard let afterOldest = oldest.balance, let closing = newest.balance else { return nil }
    var before = DecimalSum()
    before.add(afterOldest)
    before.add(oldest.amount.negated)
    guard let opening = before.value else { return nil }
    return (.init(amount: opening), .init(amount: closing, date: newest.date))
  }
}
