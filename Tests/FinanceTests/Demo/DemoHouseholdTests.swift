import FinanceTestSupport
import PostgresClient
import Tenancy
import Testing

@testable import Finance

extension DatabaseTests {
  struct DemoHouseholdTests {
    private func record(for user: TestUser) async throws {
      try await DemoHousehold.record(
        for: user.claims, in: FinanceEnvironment { [clock = user.clock] in clock.now },
        tenant: user.tenant.tenant, database: user.tenant.database)
    }

    private func counts(_ user: TestUser) async throws -> [Int] {
      let row = try await user.tenant.database.query(
        """
        select count(*), (select count(*) from ledger where name = 'Household'),
          (select count(*) from account where ledger_id <> 1 and parent_id is not null),
          (select count(*) from transaction where ledger_id <> 1)
        from transaction where ledger_id <> 1 and not is_opening
        """)[0]
      return try (0..<4).map { try row.decode($0, as: Int.self) }
    }

    @Test func itIsRecordedOnceInALedgerOfItsOwn() async throws {
      let user = try await TestUser()
      try user.clock.set("2026-11-28T12:00:00Z")
      try await record(for: user)
      let first = try await counts(user)
      let end = try #require(CivilDate("2026-11-28"))
      #expect(first[0] == HouseholdYear(seed: 2_026, ending: end).transactions.count)
      #expect(first[1] == 1)
      #expect(first[2] == HouseholdCategory.allCases.filter { !$0.isIncome }.count)
      try user.clock.set("2027-11-28T12:00:00Z")
      try await record(for: user)
      #expect(try await counts(user) == first)
      #expect(try await user.ledger.count() == 0)
    }

    @Test func aLedgerThatWasCutOffIsFilled() async throws {
      let user = try await TestUser()
      try user.clock.set("2026-11-28T12:00:00Z")
      _ = try await user.database.ledger(
        named: DemoHousehold.ledgerName,
        LedgerSettings(currency: Currency(code: "EUR"), timeZone: "UTC"))
      try await record(for: user)
      #expect(try await counts(user)[1] == 1)
      #expect(try await counts(user)[0] > 300)
    }

    @Test func itsBalancesAreThoseOfTheYear() async throws {
      let user = try await TestUser()
      try user.clock.set("2026-11-28T12:00:00Z")
      try await record(for: user)
      let end = try #require(CivilDate("2026-11-28"))
      var expected = HouseholdYear.openings
      for transaction in HouseholdYear(seed: 2_026, ending: end).transactions {
        expected[transaction.account, default: 0] += transaction.amount
        if let transfer = transaction.transfer {
          expected[transfer.account, default: 0] += transfer.amount
        }
      }
      let ledger = user.database.ledger(
        2, as: .viewer, FinanceEnvironment { [clock = user.clock] in clock.now })
      let balances = try await AccountStore(ledger).list(at: nil).map { $0.balance }
      #expect(
        balances == HouseholdYear.Account.allCases.map { Int128(expected[$0] ?? 0) })
    }
  }
}
