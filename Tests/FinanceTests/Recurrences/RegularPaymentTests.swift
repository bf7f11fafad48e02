import Tenancy
import Testing

@testable import Finance

struct RegularPaymentTests {
  private func payments(
    _ dates: [String], amount: Int64 = -1200, account: Int64 = 1, payee: Int64 = 7,
    from id: Int64 = 1
  ) throws -> [PastPayment] {
    try dates.enumerated().map { index, text in
      PastPayment(
        id: id + Int64(index), accountID: account, payeeID: payee, payee: "Payee \(payee)",
        date: try #require(CivilDate(text)), amount: amount)
    }
  }

  private func find(_ payments: [PastPayment], today: String) throws -> [RegularPayment] {
    RegularPayment.find(in: payments, today: try #require(CivilDate(today)))
  }

  private func schedule(_ dates: [String], today: String) throws -> String? {
    try find(payments(dates), today: today).first.map {
      "\($0.schedule.unit) \($0.schedule.every) \($0.schedule.anchor)"
    }
  }

  @Test func regularDistancesAreFound() throws {
    try #expect(
      schedule(["2026-05-04", "2026-05-11", "2026-05-18"], today: "2026-05-20")
        == "week 1 2026-05-25")
    try #expect(
      schedule(["2026-04-17", "2026-05-01", "2026-05-15"], today: "2026-05-20")
        == "week 2 2026-05-29")
    try #expect(
      schedule(["2026-03-01", "2026-04-01", "2026-05-01"], today: "2026-05-20")
        == "month 1 2026-06-01")
    try #expect(
      schedule(["2025-11-15", "2026-02-15", "2026-05-15"], today: "2026-05-20")
        == "month 3 2026-08-15")
    try #expect(
      schedule(["2024-05-10", "2025-05-10", "2026-05-10"], today: "2026-05-20")
        == "year 1 2027-05-10")
  }

  @Test func theUsualDayCountsWhereAWeekendMovedOne() throws {
    // The 1st of March and of August 2026 are days of a weekend.
    try #expect(
      schedule(
        ["2026-02-27", "2026-04-01", "2026-05-01", "2026-06-01", "2026-07-01", "2026-07-31"],
        today: "2026-08-02") == "month 1 2026-09-01")
  }

  @Test func theLastDayOfTheMonthIsStillMeantAfterAShortMonth() throws {
    try #expect(
      schedule(["2026-01-31", "2026-02-28", "2026-03-31"], today: "2026-04-10")
        // The next one is on 30 April, which is no anchor for the 31st of May.
        == "month 1 2026-03-31")
    try #expect(
      schedule(["2026-02-28", "2026-03-31", "2026-04-30"], today: "2026-05-10")
        == "month 1 2026-05-31")
  }

  @Test func twoAreNotEnoughAndNorIsWhatIsIrregular() throws {
    try #expect(schedule(["2026-04-01", "2026-05-01"], today: "2026-05-20") == nil)
    try #expect(
      schedule(["2026-03-01", "2026-03-20", "2026-05-01"], today: "2026-05-20") == nil)
  }

  @Test func whatEndedLongAgoIsNotSuggested() throws {
    let dates = ["2026-01-01", "2026-02-01", "2026-03-01"]
    try #expect(schedule(dates, today: "2026-05-01") != nil)
    try #expect(schedule(dates, today: "2026-06-01") == nil)
  }

  @Test func onePayeeMayBePaidForSeveralThings() throws {
    let subscription = try payments(["2026-03-05", "2026-04-05", "2026-05-05"], amount: -899)
    let other = try payments(
      ["2026-03-07", "2026-04-07", "2026-05-07"], amount: -4500, from: 10)
    let once = try payments(["2026-04-20"], amount: -2500, from: 20)
    let found = try find(subscription + other + once, today: "2026-05-20")
    #expect(Set(found.map(\.transactions)) == [[1, 2, 3], [10, 11, 12]])
  }

  @Test func amountsMayDifferByATenth() throws {
    let dates = ["2026-03-01", "2026-04-01", "2026-05-01"]
    func found(_ amounts: [Int64]) throws -> Int {
      try find(
        zip(dates, amounts).enumerated().flatMap { index, payment in
          try payments([payment.0], amount: payment.1, from: Int64(index))
        }, today: "2026-05-20"
      ).count
    }
    #expect(try found([-1000, -1100, -1050]) == 1)
    #expect(try found([-1000, -1101, -1050]) == 0)
    #expect(try found([-1000, 1000, -1000]) == 0)
  }

  @Test func accountsAndPayeesAreApart() throws {
    let mixed =
      try payments(["2026-03-01", "2026-05-01"])
      + payments(["2026-04-01"], account: 2, from: 5) + payments(["2026-04-01"], payee: 8, from: 6)
    #expect(try find(mixed, today: "2026-05-20").isEmpty)
  }
}
