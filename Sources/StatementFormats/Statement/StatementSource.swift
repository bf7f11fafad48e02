import Tenancy

/// An account of which a file has rows.
package struct StatementSource: Hashable, Sendable {
  package struct Balance: Hashable, Sendable {
    package var amount: DecimalNumber
    package var date: CivilDate?

    package init(amount: DecimalNumber, date: CivilDate? = nil) {
      self.amount = amount
      self.date = date
    }
  }

  /// From 0, in the order of the file.
  package private(set) var index: Int
  /// An IBAN or account number.
  package var identifier: String?
  /// The name that a program gave to the account.
  package var name: String?
  package var currency: String?
  package var opening: Balance?
  package var closing: Balance?
  /// The period of the statement; that of its rows where the file tells none.
  package var start: CivilDate?
  package var end: CivilDate?
  /// Whether opening balance and rows add up to the closing balance; nil if the file does not tell.
  package var balances: Bool?

  package init(index: Int) {
    self.index = index
  }

  func with(index: Int) -> StatementSource {
    var source = self
    source.index = index
    return source
  }
}

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
    let orders = [(oldest: first, newest: last), (oldest: last, newest: first)]
    let readings = orders.compactMap {
      order -> (StatementSource.Balance, StatementSource.Balance)? in
      var before = DecimalSum()
      before.add(order.oldest.balance ?? order.oldest.amount)
      before.add(order.oldest.amount.negated)
      guard let opening = before.value, let closing = order.newest.balance else { return nil }
      return (.init(amount: opening), .init(amount: closing, date: order.newest.date))
    }
    // The order of the dates decides, unless only the other one adds up.
    let candidates = first.date <= last.date ? readings : readings.reversed()
    let reading = candidates.first { agrees($0.0, $0.1) == true } ?? candidates.first
    source.opening = reading?.0
    source.closing = reading?.1
  }
}
