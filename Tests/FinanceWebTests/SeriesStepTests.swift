import Tenancy
import Testing

@testable import Finance
@testable import FinanceWeb

struct SeriesStepTests {
  /// Three months from November on, of which the second is empty.
  private static func steps() throws -> [SeriesStep] {
    let months = try ["2025-11", "2025-12", "2026-01"].map { text in
      try #require(CivilMonth(text).flatMap { ReportPeriod($0) })
    }
    return zip(months, [5, 0, 7] as [Int128]).map { month, amount in
      SeriesStep(
        period: month, total: SumPair(plus: amount, minus: 1), isEmpty: amount == 0,
        unconverted: amount == 5 ? "1 JPY" : nil)
    }
  }

  @Test func whatHappensInAYearIsAddedUp() throws {
    let years = SeriesStep.years(of: try Self.steps(), isRunning: false)
    #expect(years.map(\.total.plus) == [5, 7] && years.map(\.total.minus) == [2, 1])
    #expect(years.map(\.period.first.description) == ["2025-11-01", "2026-01-01"])
    #expect(years.map(\.period.last.description) == ["2025-12-31", "2026-01-31"])
    #expect(years.map(\.isEmpty) == [false, false] && years.map(\.unconverted) == ["1 JPY", nil])
  }

  @Test func whatThereIsInAYearIsWhatThereIsAtItsEnd() throws {
    let years = SeriesStep.years(of: try Self.steps(), isRunning: true)
    #expect(years.map(\.total.plus) == [0, 7] && years.map(\.unconverted) == [nil, nil])
  }
}
