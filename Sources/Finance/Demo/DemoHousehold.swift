import PostgresClient
import Tenancy

/// A year of transactions in a ledger of its own, for whoever wants to see more than an empty one.
package enum DemoHousehold {
  package static let ledgerName = "Household"

  private static let currency = Currency(code: "EUR")
  private static let foreignCurrency = Currency(code: "USD")
  private static let seed: UInt64 = 2_026
  /// Transactions that are written at a time.
  private static let chunk = 300

  /// Writes the year that ends today into the user's ledger, which is made if it is not there; once,
  /// and all or nothing.
  ///
  /// - Throws: `PostgresError`.
  package static func record(
    for user: TokenClaims, in environment: FinanceEnvironment, tenant: Tenant,
    database: PostgresDatabase
  ) async throws {
    let own = UserDatabase(database, claims: user)
    let settings = LedgerSettings(currency: currency, timeZone: tenant.timeZone)
    let id = try await own.ledger(named: ledgerName, settings)
    let ledger = own.ledger(id, as: .editor, environment)
    try await ledger.write { writer in
      guard try await writer.isEmpty() else { return }
      let year = HouseholdYear(seed: seed, ending: writer.today)
      let accounts = try await writer.makeAccounts(of: year)
      let categories = try await writer.makeCategories()
      let drafts = year.transactions.map { $0.draft(accounts, categories) }
      for start in stride(from: 0, to: drafts.count, by: chunk) {
        _ = try await writer.create(Array(drafts[start..<min(start + chunk, drafts.count)]))
      }
    }
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
  fileprivate func draft(
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
