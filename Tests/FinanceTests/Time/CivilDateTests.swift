import Foundation
import Testing

@testable import Finance

struct CivilDateTests {
  @Test func daysAreCountedAsTheGregorianCalendarDoes() throws {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = try #require(TimeZone(identifier: "UTC"))
    // A bit less than a month apart, from 1830 to 2240.
    for days in stride(from: -51_000, through: 98_600, by: 29) {
      let parts = calendar.dateComponents(
        [.year, .month, .day], from: Date(timeIntervalSince1970: Double(days) * 86_400))
      let expected = CivilDate(
        year: try #require(parts.year), month: try #require(parts.month),
        day: try #require(parts.day))
      #expect(CivilDate(daysSinceEpoch: days) == expected)
    }
  }

  @Test func leapDaysFollowTheRuleOf400() {
    #expect(CivilDate(daysSinceEpoch: 11_016).description == "2000-02-29")
    #expect(CivilDate(daysSinceEpoch: 19_782).description == "2024-02-29")
    #expect(CivilDate(daysSinceEpoch: 47_540).description == "2100-02-28")
    #expect(CivilDate(daysSinceEpoch: 47_541).description == "2100-03-01")
  }

  @Test func aDateIsWrittenWithAllItsZeros() {
    #expect(CivilDate(year: 987, month: 1, day: 9).description == "0987-01-09")
  }
}
