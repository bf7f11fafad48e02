import PostgresClient
import Tenancy

/// The demo data: an owner of the tenant with a month of entries and a ``DemoHousehold``, recorded
/// through the code that serves the routes.
package enum DemoSession {
  package static let username = "sam.johnson@gmail.com"
  package static let password = "password@123"

  /// The entries, with amounts in whole currency units.
  private static let entries: [(kind: EntryDraft.Kind, amount: Int64, description: String?)] = [
    (.income, 10000, "Income from salary"),
    (.income, 5000, "Income from stocks"),
    (.income, 5000, "Income from property"),
    (.expense, 2000, "groceries"),
    (.expense, 5000, "travel"),
    (.expense, 2000, "bills"),
    (.expense, 5000, "rent"),
    (.expense, 1000, nil),
  ]

  /// Registers the user, records the entries today and the household's year, or what of it is missing
  /// because an earlier start was cut off.
  ///
  /// - Throws: `PostgresError`.
  package static func record(
    in environment: FinanceEnvironment, tenant: Tenant, database: PostgresDatabase
  ) async throws {
    let user = try await user(in: environment, tenant: tenant, database)
    try await UserStore(database: database).makeOwner(user.userID)
    let ledger = LedgerStore(UserDatabase(database, claims: user), environment)
    for entry in entries.dropFirst(try await ledger.count()) {
      try await ledger.record(
        EntryDraft(
          kind: entry.kind, amount: DecimalNumber(entry.amount),
          description: try entry.description.map(EntryDescription.init)))
    }
    try await DemoHousehold.record(
      for: user, in: environment, tenant: tenant, database: database)
  }

  private static func user(
    in environment: FinanceEnvironment, tenant: Tenant, _ database: PostgresDatabase
  ) async throws -> TokenClaims {
    let credentials = Credentials(
      username: try Username(username), password: try Password(password))
    if let login = try await UserStore(database: database).login(of: credentials.username) {
      return TokenClaims(userID: login.userID, epoch: login.tokenEpoch)
    }
    let accounts = UserAccounts(
      of: tenant, in: database, environment,
      for: Requester(tenant: tenant.id, host: "demo", site: "demo"))
    return TokenClaims(userID: try await accounts.add(credentials), epoch: 0)
  }
}
