import Tenancy
import Testing

@testable import StatementFormats

@Suite struct DateTextTests {
  private func date(_ text: String, _ order: DateOrder) -> String? {
    DateText(Array(text.utf8)[...])?.date(order)?.description
  }

  @Test(arguments: [
    ("2026-11-28", "ymd"), ("2026/11/28", "ymd"), ("20261128", "ymd"), ("26-11-28", "ymd"),
    ("28.11.2026", "dmy"), ("28/11/26", "dmy"), ("28-11-2026", "dmy"), ("28112026", "dmy"),
    ("28.11.26", "dmy"), ("11/28/2026", "mdy"), ("11/28/26", "mdy"), ("11/28'26", "mdy"),
    ("28 Nov 2026", "mdy"), ("Nov 28, 2026", "dmy"), ("28. November 2026", "ymd"),
    ("28-Nov-26", "dmy"), ("Sat, 28 Nov 2026", "dmy"), ("Samstag, 28.11.2026", "dmy"),
    ("20261128235959", "ymd"), ("261128", "ymd"),
  ])
  func datesAreReadInTheirOrder(text: String, order: String) throws {
    #expect(date(text, try #require(DateOrder(rawValue: order))) == "2026-11-28")
  }

  @Test(arguments: [
    ("28. März 2026", 3), ("28. Mrz. 2026", 3), ("28 Mai 2026", 5), ("28 Dez 2026", 12),
    ("28. Oktober 2026", 10), ("28 Jänner 2026", 1), ("Sept 28 2026", 9),
  ])
  func monthsHaveNamesInEnglishAndGerman(text: String, month: Int) {
    #expect(DateText(Array(text.utf8)[...])?.date(.dayMonthYear)?.month == month)
  }

  @Test(arguments: [
    "2026-11-28T23:59:59-05:00", "2026-11-28T00:30:00+03:00", "2026-11-28 23:59:59",
    "2026-11-28T23:59:59.123Z", "2026-11-28T10:00:00 GMT+1",
  ])
  func theDateOfATimeStampIsTheOneWritten(text: String) {
    #expect(date(text, .dayMonthYear) == "2026-11-28")
  }

  @Test(arguments: ["28.11.2026 23:59", "28.11.2026, 11:59 PM", "28.11.26 10.30"])
  func aTimeDoesNotMoveTheDate(text: String) {
    #expect(date(text, .dayMonthYear) == "2026-11-28")
  }

  @Test(arguments: [
    "", "0000-00-00", "2026-02-30", "2026-13-01", "30.02.2026", "32.01.2026", "1.1", "hello",
    "2026-11-28 and more", "123456789", "12.50", "-110.70", "28.11.", "28 Foo 2026", "1/2/3/4",
  ])
  func whatTheCalendarDoesNotHaveIsRefused(text: String) {
    #expect(date(text, .dayMonthYear) == nil)
    #expect(date(text, .yearMonthDay) == nil)
  }

  @Test(arguments: [("1/31'26", 2026), ("1/31' 4", 2004), ("1/31/99", 1999), ("1/31/69", 2069)])
  func yearsOfTwoDigitsAreOfThisCenturyOrTheLast(text: String, year: Int) {
    #expect(DateText(Array(text.utf8)[...])?.date(.monthDayYear)?.year == year)
  }

  // MARK: - The whole column

  private func decided(_ values: [String], monthFirst: Bool = false) -> (DateOrder, Bool) {
    var evidence = DateEvidence()
    for value in values { evidence.add(Array(value.utf8)[...]) }
    let (order, question) = evidence.decided(prefersMonthFirst: monthFirst)
    return (order, question != nil)
  }

  @Test func theOrderIsFoundInTheWholeColumnOrAsked() {
    #expect(decided(["03/04/2026", "13/04/2026"]) == (.dayMonthYear, false))
    #expect(decided(["03/04/2026", "04/13/2026"]) == (.monthDayYear, false))
    #expect(decided(["2026-03-04"]) == (.yearMonthDay, false))
    #expect(decided(["20260304"]) == (.yearMonthDay, false))
    #expect(decided(["03/04/2026"]) == (.dayMonthYear, true))
    #expect(decided(["03/04/2026"], monthFirst: true) == (.monthDayYear, true))
    #expect(decided(["03.04.2026"], monthFirst: true) == (.dayMonthYear, false))
  }

  @Test func sortedDatesSuggestTheirOrder() {
    #expect(decided(["01/02/2026", "01/05/2026", "02/01/2026"]) == (.monthDayYear, true))
    #expect(
      decided(["01/02/2026", "05/02/2026", "01/03/2026"], monthFirst: true) == (.dayMonthYear, true)
    )
  }
}
