import Foundation
import Tenancy

/// An account compared with a statement of its bank.
package struct Reconciliation: Sendable, Hashable {
  package let id: Int64
  package let accountID: Int64
  package let currency: Currency
  package let statementDate: CivilDate
  /// In minor units; what is owed is negative.
  package let statementBalance: Int64
  /// What is cleared at the end of ``statementDate``. Of a finished one it is the statement's balance.
  package let clearedBalance: Int128
  /// When it locked what is cleared; nil if it has not yet.
  package let finishedAt: Date?
  package let version: Int64
  package let createdAt: Date
  package let updatedAt: Date

  /// What is not cleared yet, or cleared by mistake.
  package var difference: Int128 { Int128(statementBalance) - clearedBalance }
  package var isFinished: Bool { finishedAt != nil }
}

/// What a bank's statement says.
package struct StatementDraft: Sendable, Hashable {
  package var date: CivilDate
  package var balance: DecimalNumber

  package init(date: CivilDate, balance: DecimalNumber) {
    self.date = date
    self.balance = balance
  }
}
