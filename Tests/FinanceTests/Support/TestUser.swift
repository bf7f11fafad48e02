import FinanceTestSupport
import Foundation
import PostgresClient
import Tenancy

@testable import Finance

/// A user of a tenant of their own, and a clock that shows what it is set to.
struct TestUser: Sendable {
  let tenant: TestTenant
  let claims: TokenClaims
  let clock = TestClock()

  init() async throws {
    tenant = try await TestTenant()
    let credentials = Credentials(username: try Username("sam"), password: try Password("secret"))
    let accounts = UserAccounts(
      of: tenant.tenant, in: tenant.database, Self.environment { Date() },
      for: Requester(tenant: tenant.tenant.id, peer: "unix"))
    claims = TokenClaims(userID: try await accounts.register(credentials), epoch: 0)
  }

  var database: UserDatabase { UserDatabase(tenant.database, claims: claims) }

  var ledger: LedgerStore {
    LedgerStore(database, Self.environment { [clock] in clock.now })
  }

  func record(cents: Int64 = 100) async throws {
    let amount = Money(minorUnits: cents, currency: Currency(code: "EUR"))
    try await ledger.record(
      EntryDraft(kind: .income, amount: DecimalNumber(amount), description: nil))
  }

  /// The user's default ledger, to change it, by the user's clock.
  var ledgerDatabase: LedgerDatabase {
    // A new tenant's first user has its first ledger.
    database.ledger(1, as: .editor, Self.environment { [clock] in clock.now })
  }

  static func environment(now: @escaping @Sendable () -> Date) -> FinanceEnvironment {
    let cheap = ScryptParameters(cost: 16, blockSize: 8, parallelism: 1)
    return FinanceEnvironment(
      hasher: PasswordHasher(parameters: cheap, limits: .init(concurrent: 1)), now: now)
  }
}
