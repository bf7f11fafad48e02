import PostgresClient
import Tenancy
import Testing

@testable import Finance

extension DatabaseTests {
  /// The days of a ledger are those of its own time zone, by the process's clock.
  struct LedgerDayTests {
    @Test func aDayBeginsAtLocalMidnight() async throws {
      let user = try await TestUser()
      for (instant, zone, date) in [
        // Instants on both sides of midnight, in summer and winter time.
        ("2026-06-30T21:59:59Z", "Europe/Zurich", "2026-06-30"),
        ("2026-06-30T22:00:00Z", "Europe/Zurich", "2026-07-01"),
        ("2025-12-31T22:59:59Z", "Europe/Zurich", "2025-12-31"),
        ("2025-12-31T23:00:00Z", "Europe/Zurich", "2026-01-01"),
        // New York, on the night that summer time ends (at 06:00 UTC) and the one it begins.
        ("2026-11-01T03:59:59Z", "America/New_York", "2026-10-31"),
        ("2026-11-01T04:00:00Z", "America/New_York", "2026-11-01"),
        ("2026-11-02T04:59:59Z", "America/New_York", "2026-11-01"),
        ("2026-11-02T05:00:00Z", "America/New_York", "2026-11-02"),
        ("2026-03-09T03:59:59Z", "America/New_York", "2026-03-08"),
        ("2026-03-09T04:00:00Z", "America/New_York", "2026-03-09"),
        // Far from UTC, and by a quarter of an hour.
        ("2026-02-28T09:59:59Z", "Pacific/Kiritimati", "2026-02-28"),
        ("2026-02-28T10:00:00Z", "Pacific/Kiritimati", "2026-03-01"),
        ("2026-03-01T10:59:59Z", "Pacific/Niue", "2026-02-28"),
        ("2026-03-01T11:00:00Z", "Pacific/Niue", "2026-03-01"),
        ("2026-02-28T18:14:59Z", "Asia/Kathmandu", "2026-02-28"),
        ("2026-02-28T18:15:00Z", "Asia/Kathmandu", "2026-03-01"),
        // Before 1970, where seconds are negative.
        ("1969-12-31T23:59:59Z", "UTC", "1969-12-31"),
      ] {
        try user.clock.set(instant)
        _ = try await user.tenant.database.query("update ledger set time_zone = \(zone)")
        try await user.record()
        let rows = try await user.tenant.database.query(
          "select date::text from transaction order by id desc limit 1")
        #expect(try rows[0].decode(0, as: String.self) == date, "\(instant) \(zone)")
      }
    }

    @Test(arguments: [
      // today, then the first days of this month, of the next and of the one before
      ("2026-05-17", "2026-05-01", "2026-06-01", "2026-04-01"),
      ("2026-01-01", "2026-01-01", "2026-02-01", "2025-12-01"),
      ("2025-12-31", "2025-12-01", "2026-01-01", "2025-11-01"),
      ("2024-03-01", "2024-03-01", "2024-04-01", "2024-02-01"),
      ("2024-03-31", "2024-03-01", "2024-04-01", "2024-02-01"),
      ("2024-02-29", "2024-02-01", "2024-03-01", "2024-01-01"),
    ])
    func aMonthIsWholeAndEndsBeforeTheNext(
      today: String, first: String, next: String, previous: String
    ) async throws {
      let user = try await TestUser()
      let before = try #require(CivilDate(previous)?.adding(days: -1))
      let last = try #require(CivilDate(first)?.adding(days: -1))
      let end = try #require(CivilDate(next)?.adding(days: -1))
      for (day, amount) in zip(
        [before.description, previous, last.description, first, end.description, next],
        [1, 2, 4, 8, 16, 32] as [Int64])
      {
        try user.clock.set("\(day)T11:00:00Z")
        try await user.record(cents: amount)
      }
      // Noon in Zurich.
      try user.clock.set("\(today)T11:00:00Z")
      #expect(try await user.ledger.totals(.currentMonth).income == 8 + 16)
      #expect(try await user.ledger.totals(.lastMonth).income == 2 + 4)
    }

    @Test func aZoneThatDoesNotExistIsAnError() async throws {
      let user = try await TestUser()
      _ = try await user.tenant.database.query("update ledger set time_zone = 'Mars/Olympus'")
      let error = await #expect(throws: PostgresError.self) {
        try await user.ledger.totals(.currentMonth)
      }
      #expect(error?.sqlState == "22023")
      await #expect(throws: PostgresError.self) { try await user.record() }
    }
  }
}
