import PostgresClient
import Tenancy
import Testing

@testable import Finance

extension DatabaseTests {
  /// Reports cost what they show, not what the ledger has.
  struct ReportPlanTests {
    private func plan(
      _ sums: EntrySums, _ user: TestUser
    ) async throws -> String {
      let rows = try await user.tenant.database.query(
        "explain (costs off) \(query: sums.query(in: user.ledgerDatabase.ledgerID))")
      return try rows.map { try $0.decode(0, as: String.self) }.joined(separator: "\n")
    }

    /// Entries of a hundred thousand transactions through ten years.
    private func fill(_ user: TestUser) async throws -> (account: Int64, category: Int64) {
      let account = try await user.ledgerDatabase.write { writer in
        try await writer.createAccount(AccountDraft(name: "Giro", type: .checking))
      }
      let category: Int64 = try await user.tenant.database.query(
        """
        insert into account (ledger_id, kind, name, currency, version)
        values (1, 'expense', 'Food', 'XXX', 1) returning id
        """)[0].decode(0)
      for statement in [
        """
        insert into transaction (
          ledger_id, account_id, date, amount, currency, status, search, created_by, version, tag_ids)
        select 1, \(account.id)::bigint, date '2016-01-01' + n % 3650, -1, 'EUR', 'cleared', '', 1, 1,
          case when n % 1000 = 0 then '{1}' else '{}' end::bigint[]
        from generate_series(1, 100000) n
        """,
        """
        insert into entry (ledger_id, transaction_id, part, date, from_account, from_currency,
          to_account, to_currency, currency, amount, from_status, to_status)
        select 1, id, 0, date, account_id, 'EUR', \(category)::bigint, 'XXX', 'EUR', 1, 'cleared',
          'cleared'
        from transaction
        """,
      ] as [PostgresQuery] {
        _ = try await user.tenant.database.query(statement)
      }
      for sql in ["analyze entry", "analyze transaction", "analyze account"] {
        _ = try await user.tenant.owner.query(PostgresQuery(unsafeSQL: sql))
      }
      return (account.id, category)
    }

    @Test func wholeMonthsAreReadFromTheSums() async throws {
      let user = try await TestUser()
      let year = try #require(ReportPeriod("2016-01-01", "2025-12-31"))
      for accounts in [EntrySums.Accounts.categories, .real] {
        for grouping in [EntrySums.Grouping.kind, .account] {
          for interval in [nil, ReportInterval.month] {
            for isRunning in [false, true] {
              var sums = EntrySums(accounts: accounts, grouping: grouping, period: year)
              sums.interval = interval
              sums.isRunning = isRunning
              let plan = try await plan(sums, user)
              #expect(plan.contains("account_month"))
              #expect(!plan.contains("entry"), "\(plan)")
            }
          }
        }
      }
      var filter = ReportFilter()
      filter.category = .id(1)
      let filtered = try await plan(
        EntrySums(accounts: .categories, period: year, filter: filter), user)
      #expect(!filtered.contains("entry"), "\(filtered)")
    }

    @Test func otherDaysAndFilteredFiguresAreFoundByIndex() async throws {
      let user = try await TestUser()
      let (account, category) = try await fill(user)
      let rest = try #require(ReportPeriod("2016-03-01", "2025-03-02"))
      let month = try #require(ReportPeriod("2020-02-01", "2020-02-29"))
      var byAccount = ReportFilter()
      byAccount.accountID = account
      var byTag = ReportFilter()
      byTag.tag = "absent"
      var byCategory = ReportFilter()
      byCategory.category = .id(category)
      for sums in [
        EntrySums(accounts: .categories, period: rest),
        EntrySums(accounts: .real, grouping: .account, period: rest, isRunning: true),
        EntrySums(accounts: .categories, grouping: .payee, period: month),
        EntrySums(accounts: .categories, grouping: .tag, period: month, filter: byTag),
        EntrySums(accounts: .categories, period: month, filter: byAccount),
        EntrySums(accounts: .real, period: month, filter: byCategory),
        EntrySums(accounts: .categories, period: month, interval: .day),
      ] {
        let plan = try await plan(sums, user)
        #expect(plan.contains("entry"))
        #expect(!plan.contains("Seq Scan on entry"), "\(plan)")
      }
    }
  }
}
