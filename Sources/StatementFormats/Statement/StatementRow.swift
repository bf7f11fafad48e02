import Tenancy

/// One transaction of a statement, seen from its account: a negative amount is money out.
///
/// All text is clean: no control or bidirectional characters, single spaces, NFC, and at most as
/// long as `TextLimits` says.
package struct StatementRow: Hashable, Sendable {
  /// The `index` of its `StatementSource`.
  package var source = 0
  /// The line of the file where it begins, from 1.
  package var line: Int
  package var date: CivilDate
  package var amount: DecimalNumber
  /// ISO 4217 in upper case, if the row names it.
  package var currency: String?
  package var payee = ""
  package var memo = ""
  /// From the group to the category; empty without one.
  package var category: [String] = []
  /// The bank's identity of the row. Banks use one for several rows, too.
  package var externalID: String?
  /// The name of the other account, where the file says that the row is a transfer.
  package var transferAccount: String?
  /// What arrives at the other account, seen from there, where the file says so.
  package var transferAmount: DecimalNumber?
  package var transferCurrency: String?
  /// Whether the row is the second half of a transfer whose first half was in this file before.
  package var isSecondHalf = false
  /// Whether it is what the account began with, and neither income nor expense.
  package var isOpening = false
  package var tags: [String] = []
  /// None, or two and more parts, whose amounts add up to `amount`.
  package var parts: [StatementPart] = []
  package var checkNumber: String?
  /// The account's balance after the row.
  package var balance: DecimalNumber?
  /// Whether the bank has not booked it yet.
  package var isPending = false

  package init(line: Int, date: CivilDate, amount: DecimalNumber) {
    self.line = line
    self.date = date
    self.amount = amount
  }
}

/// A part of a split transaction.
package struct StatementPart: Hashable, Sendable {
  package var amount: DecimalNumber
  package var category: [String] = []
  package var memo = ""
  package var transferAccount: String?
  package var transferAmount: DecimalNumber?
  package var transferCurrency: String?
  /// As of a row.
  package var isSecondHalf = false

  package init(amount: DecimalNumber) {
    self.amount = amount
  }
}

/// A row that cannot be read.
package struct InvalidRow: Hashable, Sendable {
  /// The `index` of its `StatementSource`.
  package var source = 0
  /// The line of the file where it begins, from 1.
  package var line: Int
  /// What is wrong, each with the name of the column or field and its text.
  package var reasons: [String]
  /// The beginning of the row as it is in the file.
  package var text: String

  package init(source: Int = 0, line: Int, reasons: [String], text: String) {
    self.source = source
    self.line = line
    self.reasons = reasons
    self.text = text
  }
}

/// What a reader finds, in the file's order.
package enum StatementEvent: Hashable, Sendable {
  /// An account of the file, before its first row; once more with its balances and period when the
  /// file has ended.
  case source(StatementSource)
  case row(StatementRow)
  case invalid(InvalidRow)
  /// A sentence about what was left out.
  case note(String)
}
