import Tenancy

/// How far a bank has confirmed something.
package enum TransactionStatus: String, Sendable, CaseIterable {
  case pending, cleared, reconciled
}

/// A transaction as somebody wants it to be, before it is known whether the books can have it.
package struct TransactionDraft: Sendable, Hashable {
  package var accountID: Int64
  package var date: CivilDate
  /// Seen from the account: what goes out is negative.
  package var amount: DecimalNumber
  /// Nil or empty for none; a new name makes a payee.
  package var payee: String?
  package var memo: String
  package var target: Target
  package var tags: [String]
  package var status: TransactionStatus
  /// How far the bank of the other account has confirmed a transfer; nil is as ``status``.
  package var transferStatus: TransactionStatus?
  package var externalID: String?
  /// The recurrence that it is an occurrence of. Changes leave it as it is.
  package var recurrenceID: Int64?
  /// The parts; one that is not split has none.
  package var splits: [Split]

  /// Where an amount comes from or goes to.
  package struct Target: Sendable, Hashable {
    /// Nil for what has no category, and for a transfer.
    package var categoryID: Int64?
    package var transferAccountID: Int64?
    /// What the other account gets or gives, seen from it; where the currencies differ.
    package var transferAmount: DecimalNumber?
    /// The date at the other account, if it is another.
    package var transferDate: CivilDate?

    package init(
      categoryID: Int64? = nil, transferAccountID: Int64? = nil,
      transferAmount: DecimalNumber? = nil, transferDate: CivilDate? = nil
    ) {
      self.categoryID = categoryID
      self.transferAccountID = transferAccountID
      self.transferAmount = transferAmount
      self.transferDate = transferDate
    }
  }

  /// A part of a transaction.
  package struct Split: Sendable, Hashable {
    /// Of a part that is there already.
    package var id: Int64?
    package var amount: DecimalNumber
    package var target: Target
    package var memo: String

    package init(id: Int64? = nil, amount: DecimalNumber, target: Target, memo: String = "") {
      self.id = id
      self.amount = amount
      self.target = target
      self.memo = memo
    }
  }

  package init(
    accountID: Int64, date: CivilDate, amount: DecimalNumber, payee: String? = nil,
    memo: String = "", target: Target = Target(), tags: [String] = [],
    status: TransactionStatus = .cleared, transferStatus: TransactionStatus? = nil,
    externalID: String? = nil, recurrenceID: Int64? = nil, splits: [Split] = []
  ) {
    self.accountID = accountID
    self.date = date
    self.amount = amount
    self.payee = payee
    self.memo = memo
    self.target = target
    self.tags = tags
    self.status = status
    self.transferStatus = transferStatus
    self.externalID = externalID
    self.recurrenceID = recurrenceID
    self.splits = splits
  }

  /// The accounts and categories that it names.
  var accountIDs: [Int64] {
    let targets = [target] + splits.map(\.target)
    return [accountID]
      + targets.flatMap { [$0.categoryID, $0.transferAccountID].compactMap(\.self) }
  }
}
