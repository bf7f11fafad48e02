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

  init(_ source: StatementSource) {
    self.source = source
  }

  mutating func add(_ row: StatementRow) {
    rows += 1
    if row.isPending { return }
    sum.add(row.amount)
    firstDate = min(firstDate ?? row.date, row.date)
    lastDate = max(lastDate ?? row.date, row.date)
  }

  mutating func addInvalid() {
    invalid += 1
  }

  /// The source with its period, and whether its balances agree with its rows.
  var finished: StatementSource {
    var source = source
    source.start = source.start ?? firstDate
    source.end = source.end ?? lastDate
    if let opening = source.opening, let closing = source.closing, invalid == 0 {
      var total = sum
      total.add(opening.amount)
      source.balances = total.value.map { $0 == closing.amount }
    }
    return source
  }
}
