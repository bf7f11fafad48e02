import PostgresClient
import Tenancy

/// The demo data: an owner of the tenant with a ``DemoHousehold`` and, in a ledger of its own, a month
/// of what the old app's users did, recorded through the code that serves the routes.
package enum DemoSession {
  package static let username = "sam.johnson@gmail.com"
  /// Who shares the household.
  package static let partner = "alex.johnson@gmail.com"
  /// Of both.
  package static let password = "password@123"

  /// The name of the ledger that the old routes record in.
  package static let oldLedgerName = "Old app"

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

  /// Registers the users, and records the household's year and today's entries, or what of it is
  /// missing because an earlier start was cut off.
  ///
  /// - Throws: `PostgresError`.
  package static func record(
    in environment: FinanceEnvironment, tenant: Tenant, database: PostgresDatabase
  ) async throws {
    let requester = Requester(tenant: tenant.id, host: "demo", site: "demo")
    let accounts = UserAccounts(of: tenant, in: database, environment, for: requester)
    let users = UserStore(database: database)
    let claims = try await user(username, users, accounts)
    try await users.makeOwner(claims.userID)
    let user = UserDatabase(database, claims: claims)
    try await DemoHousehold.record(
      for: user, sharedWith: try await Self.user(partner, users, accounts).userID, in: environment)
    // The ledger that a user is registered with is the first that they see. It is the household's, so
    // the old routes get another one.
    var patch = OwnAccount.Patch()
    patch.defaultLedger = try await user.ledger(
      named: oldLedgerName, LedgerSettings(newLedgerOf: tenant))
    _ = try await OwnAccount(user, environment, for: requester).update(patch)
    let ledger = LedgerStore(user, environment)
    for entry in entries.dropFirst(try await ledger.count()) {
      try await ledger.record(
        EntryDraft(
          kind: entry.kind, amount: DecimalNumber(entry.amount),
          description: try entry.description.map(EntryDescription.init)))
    }
  }

  private static func user(
    _ name: String, _ users: UserStore, _ accounts: UserAccounts
  ) async throws -> TokenClaims {
    let credentials = Credentials(username: try Username(name), password: try Password(password))
    if let login = try await users.login(of: credentials.username) {
      return TokenClaims(userID: login.userID, epoch: login.tokenEpoch)
    }
    return TokenClaims(userID: try await accounts.add(credentials), epoch: 0)
  }
}
