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
