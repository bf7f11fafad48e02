import Tenancy

/// A transaction without a date, to be recorded again and again. Its amounts are known to be ones of
/// its accounts' currencies.
package struct TransactionTemplate: Sendable, Hashable {
  package struct Target: Sendable, Hashable {
    package var categoryID: Int64?
    package var transferAccountID: Int64?
    /// What the other account gets or gives, seen from it; where the currencies differ.
    package var transferMoney: Money?
  }

  package struct Split: Sendable, Hashable {
    package var money: Money
    package var target: Target
    package var memo: String
  }

  package var accountID: Int64
  /// Seen from the account.
  package var money: Money
  package var payee: String?
  package var memo: String
  package var target: Target
  package var tags: [String]
  package var status: TransactionStatus
  package var transferStatus: TransactionStatus?
  package var splits: [Split]

  /// The transaction that it comes to on a date.
  package func draft(on date: CivilDate) -> TransactionDraft {
    TransactionDraft(
      accountID: accountID, date: date, amount: DecimalNumber(money), payee: payee, memo: memo,
      target: TransactionDraft.Target(target), tags: tags, status: status,
      transferStatus: transferStatus,
      splits: splits.map { split in
        TransactionDraft.Split(
          amount: DecimalNumber(split.money), target: TransactionDraft.Target(split.target),
          memo: split.memo)
      })
  }
}

extension TransactionDraft.Target {
  fileprivate init(_ target: TransactionTemplate.Target) {
    self.init(
      categoryID: target.categoryID, transferAccountID: target.transferAccountID,
      transferAmount: target.transferMoney.map { DecimalNumber($0) })
  }
}

extension TransactionTemplate {
  /// What records transactions such as this one.
  init(_ transaction: Transaction) {
    let single = transaction.isSplit ? nil : transaction.parts.first
    self.init(
      accountID: transaction.accountID, money: transaction.money,
      payee: transaction.payee?.name, memo: transaction.memo,
      target: single.map(Target.init) ?? Target(), tags: transaction.tags, status: .cleared,
      transferStatus: nil,
      splits: transaction.isSplit
        ? transaction.parts.map { Split(money: $0.money, target: Target($0), memo: $0.memo) } : [])
  }

  /// What records a draft.
  ///
  /// - Parameter standing: as in ``Posting``.
  /// - Throws: ``InvalidInput`` if the books cannot have it.
  init(
    _ draft: TransactionDraft, _ accounts: BookAccounts, standing: Set<Int64> = []
  ) throws(InvalidInput) {
    // It has read each amount, so that none is lost below.
    let money = try Posting(draft, accounts, standing: standing).money
    self.init(
      accountID: draft.accountID, money: money,
      payee: draft.payee.flatMap { $0.isEmpty ? nil : $0 },
      memo: draft.memo, target: Target(draft.target, accounts), tags: draft.tags,
      status: draft.status, transferStatus: draft.transferStatus,
      splits: draft.splits.compactMap { split in
        guard let part = try? Money(split.amount, in: money.currency) else { return nil }
        return Split(money: part, target: Target(split.target, accounts), memo: split.memo)
      })
  }
}

extension TransactionTemplate.Target {
  fileprivate init(_ part: Transaction.Part) {
    let transfer = part.transfer
    self.init(
      categoryID: part.categoryID, transferAccountID: transfer?.accountID,
      transferMoney: transfer.flatMap { $0.money.currency == part.money.currency ? nil : $0.money })
  }

  fileprivate init(_ target: TransactionDraft.Target, _ accounts: BookAccounts) {
    let currency = target.transferAccountID.flatMap { accounts.real($0)?.currency }
    self.init(
      categoryID: target.categoryID, transferAccountID: target.transferAccountID,
      transferMoney: target.transferAmount.flatMap { number in
        currency.flatMap { try? Money(number, in: $0) }
      })
  }
}

// MARK: - In the database

extension TransactionTemplate: Codable {}
extension TransactionTemplate.Target: Codable {}
extension TransactionTemplate.Split: Codable {}
extension TransactionStatus: Codable {}

extension Money: Codable {
  private enum CodingKeys: String, CodingKey {
    case minorUnits, currency
  }

  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      minorUnits: try values.decode(Int64.self, forKey: .minorUnits),
      currency: Currency(code: try values.decode(String.self, forKey: .currency)))
  }

  package func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(minorUnits, forKey: .minorUnits)
    try values.encode(currency.code, forKey: .currency)
  }
}
