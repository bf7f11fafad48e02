import Foundation
import Tenancy

/// Money that came in, went out or moved, as people see it: from one account.
package struct Transaction: Sendable, Hashable {
  package struct Payee: Sendable, Hashable {
    package let id: Int64
    package let name: String
  }

  /// The other account's side.
  package struct Transfer: Sendable, Hashable {
    package let accountID: Int64
    /// Seen from the other account.
    package let money: Money
    package let date: CivilDate
    package let status: TransactionStatus
  }

  /// A part of the amount that came from or went to one place.
  package struct Part: Sendable, Hashable {
    package let id: Int64
    package let money: Money
    package let memo: String
    /// Nil for what has no category, and for a transfer.
    package let categoryID: Int64?
    package let transfer: Transfer?
  }

  package let id: Int64
  package let accountID: Int64
  package let date: CivilDate
  package let money: Money
  package let payee: Payee?
  package let memo: String
  /// One at least; several if it is split.
  package let parts: [Part]
  package let tags: [String]
  package let status: TransactionStatus
  package let externalID: String?
  /// The recurrence that it is an occurrence of.
  package let recurrenceID: Int64?
  /// The import that wrote it.
  package let importID: Int64?
  package let createdBy: Int64
  package let version: Int64
  package let createdAt: Date
  package let updatedAt: Date
  package let deletedAt: Date?

  package var isSplit: Bool { parts.count > 1 }

  /// Whether a finished reconciliation has locked it.
  package var isReconciled: Bool {
    status == .reconciled || parts.contains { $0.transfer?.status == .reconciled }
  }

  /// The same transaction as the other account of a transfer has it.
  ///
  /// - Parameter account: if no part goes there, the transaction stays as it is.
  package func seen(from account: Int64) -> Transaction {
    let parts = parts.filter { $0.transfer?.accountID == account }
    guard account != accountID, let first = parts.first, let there = first.transfer else {
      return self
    }
    func sum(_ amounts: [Int64]) -> Int64 { amounts.reduce(0, +) }
    let here = Transfer(
      accountID: accountID,
      money: Money(
        minorUnits: sum(parts.map(\.money.minorUnits)), currency: first.money.currency),
      date: date, status: status)
    let money = Money(
      minorUnits: sum(parts.compactMap { $0.transfer?.money.minorUnits }),
      currency: there.money.currency)
    return Transaction(
      id: id, accountID: account, date: there.date, money: money, payee: payee, memo: memo,
      parts: [
        Part(id: first.id, money: money, memo: first.memo, categoryID: nil, transfer: here)
      ], tags: tags, status: there.status, externalID: nil, recurrenceID: recurrenceID,
      importID: importID, createdBy: createdBy, version: version, createdAt: createdAt,
      updatedAt: updatedAt,
      deletedAt: deletedAt)
  }
}

extension Transaction {
  /// How far the other accounts' banks have confirmed what is a transfer of it; nil if nothing is. Parts
  /// differ only where a reconciliation has locked one of them: then it is what the others are.
  package var transferStatus: TransactionStatus? {
    let all = parts.compactMap(\.transfer?.status)
    return all.first { $0 != .reconciled } ?? all.first
  }
}

extension TransactionDraft {
  /// What would write the transaction as it is.
  init(_ transaction: Transaction) {
    self.init(
      accountID: transaction.accountID, date: transaction.date,
      amount: DecimalNumber(transaction.money), payee: transaction.payee?.name,
      memo: transaction.memo, tags: transaction.tags, status: transaction.status,
      transferStatus: transaction.transferStatus,
      externalID: transaction.externalID, recurrenceID: transaction.recurrenceID,
      importID: transaction.importID)
    if transaction.isSplit {
      splits = transaction.parts.map { part in
        Split(
          id: part.id, amount: DecimalNumber(part.money), target: Target(part, in: transaction),
          memo: part.memo)
      }
    } else {
      target = Target(transaction.parts[0], in: transaction)
    }
  }
}

extension TransactionDraft.Target {
  fileprivate init(_ part: Transaction.Part, in transaction: Transaction) {
    self.init(categoryID: part.categoryID, transferAccountID: part.transfer?.accountID)
    guard let transfer = part.transfer else { return }
    if transfer.money.currency != part.money.currency {
      transferAmount = DecimalNumber(transfer.money)
    }
    if transfer.date != transaction.date { transferDate = transfer.date }
  }
}

extension DecimalNumber {
  init(_ money: Money) {
    // The text of an amount is a decimal number.
    self.init(money.text)!
  }
}
