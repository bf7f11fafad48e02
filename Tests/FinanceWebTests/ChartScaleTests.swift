import Finance
import Testing

@testable import FinanceWeb

struct ChartScaleTests {
  private static func marks(
    from low: Int128, to high: Int128, _ currency: String = "EUR"
  ) -> [String] {
    ChartScale(from: low, to: high, Currency(code: currency), DisplayLocale("en")) { _ in 0 }
      .marks.map(\.markText)
  }

  @Test func theAmountsBesideAChartAreRoundAndFew() {
    #expect(Self.marks(from: 0, to: 3749_41) == ["0", "1,000", "2,000", "3,000"])
    #expect(Self.marks(from: 0, to: 1331_95) == ["0", "500", "1,000"])
    #expect(
      Self.marks(from: -4342_09, to: 4138_54)
        == ["\u{2212}4,000", "\u{2212}2,000", "0", "2,000", "4,000"])
    #expect(Self.marks(from: 0, to: 3749, "JPY") == ["0", "1,000", "2,000", "3,000"])
  }

  @Test func whatIsLessThanOneHasItsDecimals() {
    #expect(Self.marks(from: 0, to: 99) == ["0", "0.20", "0.40", "0.60", "0.80"])
  }

  @Test func whereNothingIsDrawnThereIsOnlyTheGround() {
    #expect(Self.marks(from: 0, to: 1) == ["0"])
  }

  @Test func aYearHasFourLabelsInTheMiddleOfTheirColumns() {
    let labels = (1...12).map(String.init)
    let ticks = ChartTicks(labels, isBetween: true).ticks
    #expect(ticks.map(\.tickText) == ["1", "4", "7", "10"])
    #expect(ticks[0].tickPlace == "4.2%" && !ticks[0].isStart)
  }

  @Test func theFirstAndTheLastDayBeginAndEndAtTheEdges() {
    let ticks = ChartTicks(["1", "2", "3"], isBetween: false).ticks
    #expect(ticks.map(\.tickPlace) == ["0%", "50%", "100%"])
    #expect(ticks.map(\.isStart) == [true, false, false])
    #expect(ticks.map(\.isEnd) == [false, false, true])
  }
}
