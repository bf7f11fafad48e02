import Tenancy
import TestSupport
import Testing

@testable import Finance

struct ReportPeriodTests {
  @Test(arguments: [
    ("2024-02", "2024-02-29"), ("2023-02", "2023-02-28"), ("2026-12", "2026-12-31"),
    ("1900-02", "1900-02-28"),
  ])
  func aMonthIsWhole(month: String, last: String) throws {
    let civilMonth = try #require(CivilMonth(month))
    let period = try #require(ReportPeriod(civilMonth))
    #expect(period.first.description == "\(month)-01")
    #expect(period.last.description == last)
  }

  @Test func aPeriodIsInTheYearsOfTheBooks() {
    for (first, last) in [
      ("2026-01-02", "2026-01-01"), ("1899-12-31", "2026-01-01"), ("2026-01-01", "2200-01-01"),
    ] {
      #expect(ReportPeriod(first, last) == nil)
    }
    #expect(ReportPeriod("1900-01-01", "2199-12-31") != nil)
  }

  @Test func weeksBeginOnMonday() {
    // From a Thursday to the Tuesday after New Year.
    let weeks = ReportPeriod("2025-12-18", "2026-01-06")?.intervals(.week)
    #expect(
      weeks?.map { "\($0.first) \($0.last)" } == [
        "2025-12-18 2025-12-21", "2025-12-22 2025-12-28", "2025-12-29 2026-01-04",
        "2026-01-05 2026-01-06",
      ])
  }

  @Test func monthsEndWithTheirLastDay() {
    let months = ReportPeriod("2024-01-31", "2024-03-01")?.intervals(.month)
    #expect(
      months?.map { "\($0.first) \($0.last)" } == [
        "2024-01-31 2024-01-31", "2024-02-01 2024-02-29", "2024-03-01 2024-03-01",
      ])
  }

  @Test func intervalsHaveEachDayOfThePeriodOnce() throws {
    var generator = SeededGenerator(seed: 7)
    for _ in 0..<200 {
      let first = try #require(
        CivilDate("2019-12-20")?.adding(days: .random(in: 0..<500, using: &generator)))
      let last = try #require(first.adding(days: .random(in: 0..<400, using: &generator)))
      let period = try #require(ReportPeriod(from: first, through: last))
      for interval in ReportInterval.allCases {
        let intervals = try #require(period.intervals(interval))
        #expect(intervals.first?.first == first && intervals.last?.last == last)
        for (left, right) in zip(intervals, intervals.dropFirst()) {
          #expect(left.days.upperBound == right.first)
        }
      }
    }
  }

  @Test func thereIsABoundToIntervals() throws {
    let century = try #require(ReportPeriod("1926-01-01", "2025-12-31"))
    #expect(century.intervals(.day) == nil)
    #expect(century.intervals(.month)?.count == 1200)
    #expect(ReportPeriod("2016-01-01", "2025-12-31")?.intervals(.day)?.count == 3653)
  }
}

extension ReportPeriod {
  /// From a day through another one, as ISO 8601 writes them.
  init?(_ first: String, _ last: String) {
    guard let first = CivilDate(first), let last = CivilDate(last) else { return nil }
    self.init(from: first, through: last)
  }
}
