import FinanceTestSupport
import Foundation
import PostgresClient
import Tenancy
import Testing

@testable import Finance

extension DatabaseTests {
  /// Ledgers of the first release, when the books come to them.
  struct FirstLedgersTests {
    @Test func whatTheFirstReleaseRecordedIsInTheBooks() async throws {
      let server = try #require(SharedPostgres.server)
      let login = server.login
      let database = server.client.database(
        login, scope: SessionScope(role: login.user, schema: "first_ledgers"))
      let history = Migrations(Array(FinanceMigrations.all))
      let first = Migrations(Array(history.prefix(2)))
      _ = try await database.transaction(
        [PostgresQuery(unsafeSQL: "create schema first_ledgers")] + first.creation() + Self.rows)
      _ = try await database.transaction(history.creation(from: 2))

      let user = UserDatabase(database, claims: TokenClaims(userID: 1, epoch: 0))
      let clock = TestClock()
      try clock.set("2026-05-15T12:00:00Z")
      let environment = FinanceEnvironment(
        hasher: PasswordHasher(
          parameters: ScryptParameters(cost: 16, blockSize: 8, parallelism: 1),
          limits: .init(concurrent: 1))
      ) { clock.now }
      let ledger = LedgerStore(user, environment)
      #expect(
        try await ledger.totals(.currentMonth)
          == Totals(income: 100000, expense: 2500, currency: Currency(code: "EUR")))
      #expect(try await ledger.totals(.lastMonth).income == 7)

      let books = user.ledger(1, as: .owner, environment)
      let page = try await TransactionStore(books).list(
        TransactionFilter(), after: nil, limit: 10)
      #expect(page.transactions.map(\.id) == [2, 1, 3])
      #expect(page.transactions.map(\.money.text) == ["-25.00", "1000.00", "0.07"])
      #expect(page.transactions.map(\.memo) == ["", "Müller's salary", ""])
      var filter = TransactionFilter()
      filter.search = "muller"
      #expect(
        try await TransactionStore(books).list(filter, after: nil, limit: 10).transactions.count
          == 1)
      // Today is before one of them.
      let accounts = try await AccountStore(books).list(at: nil)
      #expect(accounts.map(\.name) == ["Cash"])
      #expect(accounts.map(\.balance) == [100007])

      // Ids go on after those that were there.
      try await ledger.record(
        EntryDraft(kind: .income, amount: DecimalNumber(1), description: nil))
      #expect(try await AccountStore(books).list(at: nil).map(\.balance) == [100107])
      // A ledger in which nothing was recorded has what each ledger has.
      let other = UserDatabase(database, claims: TokenClaims(userID: 2, epoch: 0))
      try await LedgerStore(other, environment).record(
        EntryDraft(kind: .expense, amount: DecimalNumber(1), description: nil))
    }

    private static let rows: [PostgresQuery] = [
      """
      insert into ledger (name, currency, time_zone)
      values ('Personal', 'EUR', 'Europe/Zurich'), ('Personal', 'USD', 'UTC')
      """,
      """
      insert into app_user (username, password_hash, default_ledger_id)
      values ('sam', 'x', 1), ('eve', 'x', 2)
      """,
      """
      insert into transaction (ledger_id, created_by, kind, amount, description, occurred_on)
      values (1, 1, 'income', 100000, 'Müller''s salary', '2026-05-01'),
        (1, 1, 'expense', 2500, null, '2026-05-31'), (1, 1, 'income', 7, '', '2026-04-30')
      """,
    ]
  }
}
