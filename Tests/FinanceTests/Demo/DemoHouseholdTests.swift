import FinanceTestSupport
import PostgresClient
import Tenancy
import Testing

@testable import Finance

extension DatabaseTests {
  struct DemoHouseholdTests {
    /// A user of a tenant, and another one who shares the household.
    private struct Couple {
      let user: TestUser
      let partner: Int64

      init(on day: String) async throws {
        user = try await TestUser()
        try user.clock.set("\(day)T12:00:00Z")
        partner = try await UserStore(database: user.tenant.database).insert(
          try Username("alex"), passwordHash: "!",
          ledger: LedgerSettings(newLedgerOf: user.tenant.tenant))
      }

      var environment: FinanceEnvironment {
        FinanceEnvironment { [clock = user.clock] in clock.now }
      }

      func record() async throws {
        try await DemoHousehold.record(
          for: user.database, sharedWith: partner, in: environment)
      }

      func ledger(of user: Int64? = nil) -> LedgerDatabase {
        UserDatabase(
          self.user.tenant.database,
          claims: TokenClaims(userID: user ?? self.user.claims.userID, epoch: 0)
        ).ledger(1, as: .viewer, environment)
      }

      func counts() async throws -> [Int] {
        let row = try await user.tenant.database.query(
          """
          select count(*), (select count(*) from account where parent_id is not null),
            (select count(*) from budget), (select count(*) from rate),
            (select count(*) from recurrence), (select count(*) from ledger_member)
          from transaction where not is_opening
          """)[0]
        return try (0..<6).map { try row.decode($0, as: Int.self) }
      }
    }

    @Test func itIsRecordedOnceInTheFirstLedger() async throws {
      let couple = try await Couple(on: "2026-11-28")
      try await couple.record()
      let first = try await couple.counts()
      let end = try #require(CivilDate("2026-11-28"))
      #expect(
        first == [
          HouseholdYear(seed: 2_026, ending: end).transactions.count,
          HouseholdCategory.allCases.filter { !$0.isIncome }.count,
          HouseholdBudget.all.count * 13, 13, HouseholdBill.all.count, 3,
        ])
      try couple.user.clock.set("2027-11-28T12:00:00Z")
      try await couple.record()
      #expect(try await couple.counts() == first)
      for user in [couple.user.claims.userID, couple.partner] {
        let ledger = try await couple.ledger(of: user).ledger()
        #expect(ledger.name == "Household")
        #expect(ledger.currency.code == "EUR")
      }
    }

    @Test func itsBalancesAreThoseOfTheYear() async throws {
      let couple = try await Couple(on: "2026-11-28")
      try await couple.record()
      let end = try #require(CivilDate("2026-11-28"))
      var expected = HouseholdYear.openings
      for transaction in HouseholdYear(seed: 2_026, ending: end).transactions {
        expected[transaction.account, default: 0] += transaction.amount
        if let transfer = transaction.transfer {
          expected[transfer.account, default: 0] += transfer.amount
        }
      }
      let balances = try await AccountStore(couple.ledger()).list(at: nil).map { $0.balance }
      #expect(
        balances == HouseholdYear.Account.allCases.map { Int128(expected[$0] ?? 0) })
    }

    @Test(arguments: ["2026-11-28", "2027-01-01", "2024-02-29"])
    func thereIsSomethingToDo(day: String) async throws {
      let couple = try await Couple(on: day)
      try await couple.record()
      let today = try #require(CivilDate(day))
      let ledger = couple.ledger()

      var filter = TransactionFilter()
      filter.category = TransactionFilter.Category.none
      filter.startDate = today.firstOfMonth
      let open = try await TransactionStore(ledger).list(filter, after: nil, limit: 10)
      #expect(open.transactions.count >= 3)

      let suggestions = try await TransferSuggestionStore(ledger).list(after: nil, limit: 10)
      #expect(suggestions.suggestions.count == 1)

      let budget = try await BudgetStore(ledger).budget(today.civilMonth)
      let overspent = budget.lines.filter { $0.parentID != nil && $0.left < 0 }.map(\.name)
      #expect(overspent.contains("Restaurants"))
      #expect(overspent.count < 5, "\(overspent)")
      #expect(budget.assigned > 2_500_00)

      let upcoming = try await RecurrenceStore(ledger).upcoming(until: nil, after: nil, limit: 50)
      // The bills of the 1st may be due on the 31st day from today.
      #expect(upcoming.occurrences.count >= HouseholdBill.all.count - 2)
      #expect(upcoming.occurrences.allSatisfy { $0.dueDate > today })
    }

    @Test func everyFigureInDollarsIsConverted() async throws {
      let couple = try await Couple(on: "2026-11-28")
      try await couple.record()
      let ledger = couple.ledger()
      let start = try #require(CivilDate("2025-11-28"))
      let end = try #require(CivilDate("2026-11-28"))
      let period = try #require(ReportPeriod(from: start, through: end))
      let report = ReportStore(ledger, period, ReportFilter())
      let months = try #require(period.intervals(.month))
      for month in try await report.netWorth(.month, months) {
        #expect(month.sums.unconverted.isEmpty)
      }
      #expect(try await report.summary().sums.unconverted.isEmpty)
      for (index, month) in months.enumerated() where index > 0 {
        let budget = try await BudgetStore(ledger).budget(month.first.civilMonth)
        #expect(budget.unconverted.isEmpty)
        #expect(budget.leftToAssign > 0)
      }
    }
  }
}
