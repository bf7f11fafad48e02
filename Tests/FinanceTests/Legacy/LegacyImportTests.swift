import FinanceTestSupport
import Foundation
import PostgresClient
import Tenancy
import Testing

@testable import Finance

extension DatabaseTests {
  struct LegacyImportTests {
    private static let cheap = ScryptParameters(cost: 16, blockSize: 8, parallelism: 1)

    private let environment = FinanceEnvironment(
      hasher: PasswordHasher(parameters: Self.cheap, limits: .init(concurrent: 1)), now: Date.init)

    private func run(
      _ legacy: LegacyDatabase, into tenant: TestTenant
    ) async throws -> LegacyReport {
      try await LegacyImport(
        from: legacy.database, into: tenant.tenant, tenant.database, environment
      ).run()
    }

    private func transactions(_ tenant: TestTenant) async throws -> [String] {
      try await tenant.database.query(
        """
        select concat_ws(' ', username, t.date, t.amount, a.name, t.memo, t.external_id)
        from transaction t join account a on a.id = t.account_id
        join app_user u on u.default_ledger_id = t.ledger_id order by t.external_id
        """
      ).map { try $0.decode(0) }
    }

    private func logIn(_ name: String, _ password: String, _ tenant: TestTenant) async throws
      -> Bool
    {
      try await UserAccounts(
        of: tenant.tenant, in: tenant.database, environment,
        for: Requester(tenant: tenant.tenant.id, peer: "unix")
      ).logIn(Credentials(username: try Username(name), password: try Password(password))) != nil
    }

    @Test func usersAndTransactionsComeWithTheirPasswordsAndDates() async throws {
      let legacy = try await LegacyDatabase()
      let hash = try ScryptHash(of: Password("secret"), parameters: Self.cheap).description
      try await legacy.run(
        "insert into users (username, password) values ('Sam', '\(hash)'), ('eve', 'pbkdf2:sha256:1$a$b')",
        """
        insert into transactions (user_id, type, amount, description, date) values
          (1, 'income', 10000, 'Income from salary', '2024-01-31 23:59:59'),
          (1, 'expense', 0.1, null, '2024-02-01'), (2, 'expense', 12.5, '', '2024-02-29 08:00')
        """)
      let tenant = try await TestTenant()
      let report = try await run(legacy, into: tenant)
      #expect(report.refusals.isEmpty)
      #expect(report.usersAdded == 2)
      #expect(report.transactionsAdded == 3)
      #expect(report.withoutPassword == ["eve"])
      #expect(
        report.schema.description == """
          users in public.users (id, username, password), \
          transactions in public.transactions (id, user_id, type, amount, description, date)
          """)
      #expect(
        try await transactions(tenant) == [
          "sam 2024-01-31 1000000 Cash Income from salary legacy:1",
          "sam 2024-02-01 -10 Cash  legacy:2", "eve 2024-02-29 -1250 Cash  legacy:3",
        ])
      #expect(try await logIn("Sam", "secret", tenant))
      #expect(try await !logIn("Sam", "wrong", tenant))
      #expect(try await !logIn("eve", "b", tenant))
    }

    @Test func aSecondRunAddsOnlyWhatIsNew() async throws {
      let legacy = try await LegacyDatabase()
      try await legacy.run(
        "insert into users (username, password) values ('sam', 'x')",
        "insert into transactions (user_id, type, amount) select 1, 'income', n from generate_series(1, 1500) n"
      )
      let tenant = try await TestTenant()
      #expect(try await run(legacy, into: tenant).transactionsAdded == 1500)
      // What a user deleted does not come back.
      let ledger = UserDatabase(tenant.database, claims: TokenClaims(userID: 1, epoch: 0))
        .ledger(1, as: .editor, environment)
      let id: Int64 = try await tenant.database.query(
        "select id from transaction where external_id = 'legacy:7'")[0].decode(0)
      try await ledger.write { try await $0.delete([id]) }
      try await legacy.run(
        "insert into users (username, password) values ('eve', 'x')",
        "insert into transactions (user_id, type, amount) values (1, 'income', 1), (2, 'income', 2)"
      )
      let report = try await run(legacy, into: tenant)
      #expect(report.usersAdded == 1)
      #expect(report.usersPresent == 1)
      #expect(report.transactionsAdded == 2)
      #expect(report.transactionsPresent == 1500)
      #expect(try await transactions(tenant).count == 1502)
    }

    @Test func whatTheBooksCannotHaveIsRefusedByName() async throws {
      let legacy = try await LegacyDatabase()
      try await legacy.run(
        "insert into users (username, password) values ('sam', 'x'), ('SAM', 'x'), ('', 'x')",
        """
        insert into transactions (user_id, type, amount, description, date) values
          (1, 'income', 'NaN', '', now()), (1, 'income', 'Infinity', '', now()),
          (1, 'income', -1, '', now()), (1, 'income', 0, '', now()),
          (1, 'income', 0.125, '', now()), (1, 'income', 1e300, '', now()),
          (1, 'gift', 1, '', now()), (1, 'income', 1, repeat('x', 1001), now()),
          (1, 'income', 1, '', null), (1, 'income', 1, '', '0044-03-15 BC'),
          (1, 'income', 1, '', 'infinity'), (2, 'income', 1, '', now()),
          (null, 'income', 1, '', now()), (1, 'income', null, '', now()),
          (1, 'income', 1e12, '', now())
        """)
      let report = try await run(legacy, into: try await TestTenant())
      #expect(
        report.refusals.map(\.description).sorted()
          == [
            "transaction 10: it has no date that books are kept in",
            "transaction 11: it has no date that books are kept in",
            "transaction 12: its user 2 is not here",
            "transaction 13: it has no user",
            "transaction 14: its amount is no number: ",
            "transaction 1: its amount is no number: NaN",
            "transaction 2: its amount is no number: Infinity",
            "transaction 3: its amount must be positive: -1",
            "transaction 4: its amount must be positive: 0",
            "transaction 5: its amount must have at most 2 decimals in EUR: 0.125",
            "transaction 6: its amount must be at most 9999999999999.99 in EUR: 1e+300",
            "transaction 7: its type is neither income nor expense: gift",
            "transaction 8: its description must have at most 1000 characters",
            "transaction 9: it has no date that books are kept in",
            "user 2: has the name of user 1, in another spelling: SAM",
            "user 3: the name must not be empty",
          ].sorted())
      #expect(report.transactionsAdded == 1)
    }

    @Test func tablesUnderOtherNamesAreFound() async throws {
      let legacy = try await LegacyDatabase([
        "create schema money",
        "create table money.user (user_id bigserial primary key, email text, password_hash text)",
        """
        create table money.transaction (
          transaction_id bigserial primary key, owner_id bigint, transaction_type text,
          value numeric, created_at timestamptz)
        """,
        "insert into money.user (email, password_hash) values ('sam@example.com', 'x')",
        """
        insert into money.transaction (owner_id, transaction_type, value, created_at)
        values (1, 'expense', 12.50, '2024-01-31T23:30:00Z')
        """,
      ])
      let tenant = try await TestTenant()
      let report = try await run(legacy, into: tenant)
      #expect(report.refusals.isEmpty)
      // The instant is on the next day in the tenant's time zone.
      #expect(
        try await transactions(tenant) == ["sam@example.com 2024-02-01 -1250 Cash  legacy:1"])
    }

    @Test func aDatabaseOfSomethingElseIsSaidToBeOne() async throws {
      let legacy = try await LegacyDatabase(["create table users (id int, name text)"])
      let tenant = try await TestTenant()
      let error = try await #require(throws: LegacySchemaNotFound.self) {
        _ = try await run(legacy, into: tenant)
      }
      #expect(
        error.description == """
          no table users or user or app_user with columns like id, password, username; \
          there are public.users
          """)
    }
  }
}

struct LegacyAmountTests {
  @Test(arguments: [
    ("1e+15", "1000000000000000"), ("1.5e-07", "0.00000015"), ("-2.5", "-2.5"), ("10", "10"),
  ])
  func floatsAreReadAsPostgresWritesThem(text: String, number: String) {
    #expect(DecimalNumber(floatingPoint: text) == DecimalNumber(number))
  }

  @Test(arguments: ["NaN", "Infinity", "-Infinity", "", "1e", "e5", "1e5e5"])
  func whatIsNoNumberIsNone(text: String) {
    #expect(DecimalNumber(floatingPoint: text) == nil)
  }
}
