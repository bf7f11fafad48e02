import Foundation
import Tenancy
import Testing

@Suite struct CivilDateTests {
  @Test(arguments: ["0001-01-01", "1900-02-28", "2000-02-29", "2026-11-28", "9999-12-31"])
  func isReadAndWrittenAsISO8601(text: String) throws {
    let date = try #require(CivilDate(text))
    #expect(date.description == text)
    #expect(String(decoding: try JSONEncoder().encode([date]), as: UTF8.self) == "[\"\(text)\"]")
    #expect(try JSONDecoder().decode([CivilDate].self, from: Data("[\"\(text)\"]".utf8)) == [date])
  }

  @Test(arguments: [
    "", "2026-02-29", "1900-02-29", "2026-02-30", "2026-13-01", "2026-00-10", "2026-01-00",
    "0000-01-01", "2026-1-01", " 2026-01-01", "2026-01-01 ", "2026-01-01T00:00:00Z", "20260101",
    "2026/01/01", "+026-01-01", "2026-01-0١", "10000-01-01",
  ])
  func refusesWhatNoCalendarHas(text: String) {
    #expect(CivilDate(text) == nil)
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode([CivilDate].self, from: Data("[\"\(text)\"]".utf8))
    }
  }

  @Test func countsEachDayOnce() throws {
    var date: CivilDate? = CivilDate.first
    var number = CivilDate.first.daysSinceEpoch
    var weekday = 1
    while let current = date, current.year <= 2500 {
      #expect(current.daysSinceEpoch == number)
      #expect(current.weekday == weekday)
      let next = current.adding(days: 1)
      #expect(next.map { $0 > current } == true)
      date = next
      number += 1
      weekday = weekday % 7 + 1
    }
    #expect(CivilDate(daysSinceEpoch: 0)?.description == "1970-01-01")
    #expect(CivilDate("2026-11-28")?.weekday == 6)
    #expect(CivilDate("2026-11-28")?.daysSinceEpoch == 20_785)
  }

  @Test func endsWithTheYear9999() {
    #expect(CivilDate.last.adding(days: 1) == nil)
    #expect(CivilDate.first.adding(days: -1) == nil)
    #expect(CivilDate.last.adding(days: .max) == nil)
    #expect(CivilDate.first.adding(days: .min) == nil)
    #expect(CivilDate.last.adding(months: 1) == nil)
    #expect(CivilDate.last.adding(months: .max) == nil)
    #expect(CivilDate.first.adding(months: -1) == nil)
    #expect(
      CivilDate.last.adding(days: CivilDate.first.daysSinceEpoch - CivilDate.last.daysSinceEpoch)
        == .first)
  }

  @Test(arguments: [
    ("2026-01-31", 1, "2026-02-28"), ("2026-01-31", 2, "2026-03-31"),
    ("2024-01-31", 1, "2024-02-29"), ("2026-08-31", 6, "2027-02-28"),
    ("2027-08-31", 6, "2028-02-29"), ("2026-03-31", -1, "2026-02-28"),
    ("2026-11-28", 2, "2027-01-28"), ("2026-01-15", -13, "2024-12-15"),
  ])
  func aShortMonthTakesItsLastDay(from: String, months: Int, to: String) {
    #expect(CivilDate(from)?.adding(months: months)?.description == to)
  }

  @Test func knowsItsMonth() throws {
    let date = try #require(CivilDate("2024-02-10"))
    #expect(date.firstOfMonth.description == "2024-02-01")
    #expect(date.lastOfMonth.description == "2024-02-29")
    #expect(date.civilMonth.description == "2024-02")
  }
}

@Suite struct CivilMonthTests {
  @Test func isReadAndWrittenAsISO8601() throws {
    let month = try #require(CivilMonth("2026-11"))
    #expect(month.description == "2026-11")
    #expect(String(decoding: try JSONEncoder().encode([month]), as: UTF8.self) == "[\"2026-11\"]")
    #expect(
      try JSONDecoder().decode([CivilMonth].self, from: Data("[\"2026-11\"]".utf8)) == [month])
  }

  @Test(arguments: ["", "2026-13", "2026-00", "0000-01", "2026-1", "2026-11-28", "202611"])
  func refusesWhatNoCalendarHas(text: String) {
    #expect(CivilMonth(text) == nil)
  }

  @Test func holdsItsDaysAndNoOthers() throws {
    let month = try #require(CivilMonth("2026-12"))
    let following = try #require(month.next)
    #expect(following.description == "2027-01")
    #expect(following.previous == month)
    #expect(month < following)
    #expect(month.contains(month.firstDay) && month.contains(month.lastDay))
    #expect(!month.contains(following.firstDay))
    #expect(month.lastDay.adding(days: 1) == following.firstDay)
  }

  @Test func endsWithTheYear9999() {
    #expect(CivilMonth("9999-12")?.next == nil)
    #expect(CivilMonth("0001-01")?.previous == nil)
    #expect(CivilMonth("2026-11")?.adding(months: .max) == nil)
    #expect(CivilMonth("2026-11")?.adding(months: .min) == nil)
  }
}
