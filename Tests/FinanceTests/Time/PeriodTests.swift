import Testing

@testable import Finance

struct PeriodTests {
  @Test(arguments: [
    // today, current month, last month
    (CivilDate(year: 2026, month: 5, day: 17), "2026-05-01", "2026-06-01", "2026-04-01"),
    (CivilDate(year: 2026, month: 1, day: 1), "2026-01-01", "2026-02-01", "2025-12-01"),
    (CivilDate(year: 2025, month: 12, day: 31), "2025-12-01", "2026-01-01", "2025-11-01"),
    (CivilDate(year: 2024, month: 3, day: 1), "2024-03-01", "2024-04-01", "2024-02-01"),
    (CivilDate(year: 2024, month: 2, day: 29), "2024-02-01", "2024-03-01", "2024-01-01"),
  ])
  func aMonthIsWholeAndEndsBeforeTheNext(
    today: CivilDate, first: String, next: String, previous: String
  ) {
    let current = Period.currentMonth.days(asOf: today)
    #expect(current.lowerBound.description == first)
    #expect(current.upperBound.description == next)
    let last = Period.lastMonth.days(asOf: today)
    #expect(last.lowerBound.description == previous)
    #expect(last.upperBound == current.lowerBound)
  }

  @Test func everyDayIsInExactlyOneMonth() {
    for days in 19_700..<20_900 {
      let today = CivilDate(daysSinceEpoch: days)
      #expect(Period.currentMonth.days(asOf: today).contains(today))
      #expect(!Period.lastMonth.days(asOf: today).contains(today))
    }
  }
}
