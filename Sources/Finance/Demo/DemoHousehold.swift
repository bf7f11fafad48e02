import PostgresClient
import Tenancy

/// A year of a household: accounts, transactions, budgets, rates and what is due, with something left
/// to do, for whoever wants to see more than an empty ledger.
package enum DemoHousehold {
  package static let ledgerName = "Household"

  private static let currency = Currency(code: "EUR")
  private static let foreignCurrency = Currency(code: "USD")
  private static let seed: UInt64 = 2_026
  /// Transactions that are written at a time.
  private static let chunk = 300

  /// Writes the year that ends today into the first of the user's ledgers, the one that people see
  /// first; once, and all or nothing.
  ///
  /// - Parameter partner: the user who shares it.
  /// - Throws: `PostgresError`.
  package static func record(
    for user: UserDatabase, sharedWith partner: Int64, in environment: FinanceEnvironment
  ) async throws {
    guard let first = try await UserLedgerStore(user).list(limit: 1).first else { return }
    let ledger = user.ledger(first.id, as: .owner, environment)
    try await ledger.write { writer in
      guard try await writer.isEmpty() else { return }
      var patch = LedgerPatch()
      (patch.name, patch.currency) = (ledgerName, currency.code)
      _ = try await writer.updateLedger(patch)
    }
    // A writer of its own, which has the currency.
    try await ledger.write { writer in
      guard try await writer.isEmpty() else { return }
      _ = try await writer.setMember(partner, .editor)
      try await writer.record(HouseholdYear(seed: seed, ending: writer.today), chunk: chunk)
    }
  }

  /// The name of a ledger that is there to be looked at.
  package static let exampleName = "Example household"

  /// Makes a ledger of the user's own with the year that ends today.
  ///
  /// - Returns: its id; that of the one that is there, if there is one.
  /// - Throws: `PostgresError`; ``InvalidInput`` for a zone that is none.
  package static func makeExample(
    for user: UserDatabase, timeZone: String, in environment: FinanceEnvironment
  ) async throws -> Int64 {
    let settings = try LedgerDraft(
      name: exampleName, currency: currency.code, timeZone: timeZone
    ).settings()
    let id = try await user.ledger(named: exampleName, settings)
    try await user.ledger(id, as: .owner, environment).write { writer in
      guard try await writer.isEmpty() else { return }
      try await writer.record(HouseholdYear(seed: seed, ending: writer.today), chunk: chunk)
    }
    return id
  }

  static func currency(of account: HouseholdYear.Account) -> Currency {
    account == .dollars ? foreignCurrency : currency
  }
}

extension HouseholdYear.Account {
  var name: String {
    switch self {
    case .checking: "Checking"
    case .savings: "Savings"
    case .card: "Credit card"
    case .cash: "Wallet"
    case .dollars: "Dollars"
    }
  }

  var type: AccountType {
    switch self {
    case .checking: .checking
    case .savings: .savings
    case .card: .creditCard
    case .cash, .dollars: .cash
    }
  }
}

extension HouseholdYear.Transaction {
  /// - Parameters:
  ///   - accounts: the ids of all.
  ///   - categories: the ids of all.
  func draft(
    _ accounts: [HouseholdYear.Account: Int64], _ categories: [HouseholdCategory: Int64]
  ) -> TransactionDraft {
    var draft = TransactionDraft(
      // All accounts are made first.
      accountID: accounts[account]!, date: date, amount: number(amount), payee: payee, tags: tags,
      status: isPending ? .pending : .cleared)
    if parts.count > 1 {
      draft.splits = parts.map { part in
        TransactionDraft.Split(
          amount: number(part.amount),
          target: .init(categoryID: part.category.flatMap { categories[$0] }),
          memo: part.memo)
      }
      return draft
    }
    draft.memo = parts[0].memo
    draft.target.categoryID = parts[0].category.flatMap { categories[$0] }
    if let transfer {
      draft.target.transferAccountID = accounts[transfer.account]
      if DemoHousehold.currency(of: transfer.account) != DemoHousehold.currency(of: account) {
        // Both currencies have cents.
        draft.target.transferAmount = number(transfer.amount)
      }
    }
    return draft
  }

  private func number(_ amount: Int64) -> DecimalNumber {
    DecimalNumber(Money(minorUnits: amount, currency: DemoHousehold.currency(of: account)))
  }
}
