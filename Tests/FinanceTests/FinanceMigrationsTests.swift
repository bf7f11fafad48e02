import FinanceTestSupport
import PostgresClient
import Tenancy
import TestSupport
import Testing

@testable import Finance

extension DatabaseTests {
  struct FinanceMigrationsTests {
    @Test func migrationsAreNumberedWithoutGaps() {
      #expect(FinanceMigrations.all.map(\.number) == Array(1...FinanceMigrations.all.count))
    }

    @Test func eachStatementIsOneCommandWithUnqualifiedNames() {
      for statement in FinanceMigrations.all.flatMap(\.statements) {
        #expect(!statement.contains(";"))
        #expect(!statement.lowercased().contains("trigger"))
      }
    }

    /// The release before must go on working: see ``Migration/needs``.
    @Test func aMigrationThatTakesSomethingAwaySaysWhichBuildsCanDoWithoutIt() {
      for migration in FinanceMigrations.all {
        #expect((migration.needs > 0) == migration.isContraction, "\(migration.name)")
        #expect(migration.needs < migration.number)
      }
      let dropping = Migration(
        number: 2, name: "x", statements: ["alter table ledger\n  drop column name"])
      #expect(dropping.isContraction)
    }

    @Test func theTenantsRoleCanWriteRowsButNotTheSchema() async throws {
      let tenant = try await TestTenant()
      for sql in ["create table x (id int)", "drop table ledger", "truncate transaction"] {
        let error = await #expect(throws: PostgresError.self) {
          try await tenant.database.query(PostgresQuery(unsafeSQL: sql))
        }
        #expect(error?.sqlState == "42501")
      }
    }

    @Test func sumsAreReadFromTheIndexAlone() async throws {
      let database = try await TestTenant().database
      _ = try await database.query(
        "insert into ledger (name, currency, time_zone) values ('x', 'EUR', 'UTC')")
      _ = try await database.query(
        "insert into app_user (username, password_hash, default_ledger_id) values ('sam', 'x', 1)")
      _ = try await database.query(
        """
        insert into transaction (ledger_id, created_by, kind, amount, occurred_on)
        select 1, 1, 'income', 1, date '2000-01-01' + n from generate_series(1, 10000) n
        """)
      let plan = try await database.read(
        PostgresQuery(unsafeSQL: "set local enable_bitmapscan = off"),
        """
        explain select sums.income
        from ledger l
        cross join lateral (
          select date_trunc('month', to_timestamp(1780000000) at time zone l.time_zone) as first
        ) month
        cross join lateral (
          select sum(amount) filter (where kind = 'income') as income from transaction t
          where t.ledger_id = l.id and t.occurred_on >= month.first::date
            and t.occurred_on < (month.first + interval '1 month')::date
        ) sums
        where l.id = 1
        """)
      let text = try plan[1].map { try $0.decode(0, as: String.self) }.joined(separator: "\n")
      #expect(text.contains("Index Only Scan using transaction_ledger_id_occurred_on_idx"))
    }
  }
}
