import Tenancy
import TestSupport
import Testing

@testable import Finance

struct ScheduleTests {
  private func dates(
    _ unit: Schedule.Unit, _ every: Int = 1, from anchor: String, until: String? = nil,
    count: Int = 6
  ) throws -> [String] {
    let schedule = Schedule(
      unit: unit, every: every, anchor: try #require(CivilDate(anchor)),
      until: until.flatMap { CivilDate($0) })
    return (0..<count).compactMap { schedule.dueDate($0)?.description }
  }

  @Test func whatIsDueOnThe31stIsDueOnTheLastDayOfShortMonthsAndOnThe31stAgainAfter() throws {
    try #expect(
      dates(.month, from: "2026-01-31") == [
        "2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31", "2026-06-30",
      ])
    try #expect(
      dates(.month, from: "2024-01-30", count: 3) == ["2024-01-30", "2024-02-29", "2024-03-30"])
  }

  @Test func everySixMonthsFrom31AugustIsTheLastDayOfFebruary() throws {
    try #expect(
      dates(.month, 6, from: "2026-08-31", count: 5) == [
        "2026-08-31", "2027-02-28", "2027-08-31", "2028-02-29", "2028-08-31",
      ])
  }

  @Test func everyYearFromALeapDayIsALeapDayWhereThereIsOne() throws {
    try #expect(
      dates(.year, from: "2096-02-29", count: 9) == [
        "2096-02-29", "2097-02-28", "2098-02-28", "2099-02-28", "2100-02-28", "2101-02-28",
        "2102-02-28", "2103-02-28", "2104-02-29",
      ])
    try #expect(
      dates(.year, 4, from: "2024-02-29", count: 3) == ["2024-02-29", "2028-02-29", "2032-02-29"])
  }

  @Test func daysAndWeeksGoOnOverMonthsAndYears() throws {
    try #expect(
      dates(.day, 10, from: "2027-12-15", count: 3) == ["2027-12-15", "2027-12-25", "2028-01-04"])
    try #expect(
      dates(.week, 2, from: "2028-02-16", count: 3) == ["2028-02-16", "2028-03-01", "2028-03-15"])
  }

  @Test func nothingIsDueAfterTheLastDateOrBeyondTheBooksYears() throws {
    try #expect(
      dates(.month, from: "2026-01-31", until: "2026-03-30") == ["2026-01-31", "2026-02-28"])
    try #expect(
      dates(.month, from: "2026-01-31", until: "2026-02-28") == ["2026-01-31", "2026-02-28"])
    try #expect(dates(.year, from: "2198-12-31") == ["2198-12-31", "2199-12-31"])
    try #expect(dates(.year, 1000, from: "1900-01-01") == ["1900-01-01"])
  }

  @Test(arguments: [
    // Friday, Saturday, Sunday, Monday
    ("2026-05-01", "2026-05-01", "2026-05-01"), ("2026-05-02", "2026-05-01", "2026-05-04"),
    ("2026-05-03", "2026-05-01", "2026-05-04"), ("2026-05-04", "2026-05-04", "2026-05-04"),
    // over the end of a year
    ("2028-01-01", "2027-12-31", "2028-01-03"),
  ])
  func aWeekendMovesTheDateAndNotTheDueDate(due: String, before: String, after: String) throws {
    let due = try #require(CivilDate(due))
    func date(_ weekend: Schedule.Weekend) -> String {
      let schedule = Schedule(unit: .month, anchor: due, weekend: weekend)
      #expect(schedule.dueDate(0) == due)
      #expect(schedule.isDue(on: due))
      return schedule.date(ofDue: due).description
    }
    #expect(date(.keep) == due.description)
    #expect(date(.before) == before)
    #expect(date(.after) == after)
  }

  /// A schedule that a generator makes up.
  private func schedule(_ random: inout SeededGenerator) throws -> Schedule {
    let anchor = try #require(
      CivilDate(daysSinceEpoch: Int.random(in: -10_000...60_000, using: &random)))
    return Schedule(
      unit: Schedule.Unit.allCases.randomElement(using: &random) ?? .day,
      every: Int.random(in: 1...40, using: &random), anchor: anchor,
      weekend: Schedule.Weekend.allCases.randomElement(using: &random) ?? .keep,
      until: Bool.random(using: &random)
        ? anchor.adding(days: Int.random(in: 0...5000, using: &random)) : nil)
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func dueDatesIncreaseAndNoneIsSkippedFromAnyStart(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<50 {
      let schedule = try schedule(&random)
      let all = (0..<60).compactMap(schedule.dueDate)
      #expect(zip(all, all.dropFirst()).allSatisfy { $0 < $1 })
      let moved = all.map(schedule.date(ofDue:))
      #expect(zip(moved, moved.dropFirst()).allSatisfy { $0 <= $1 })
      let start = try #require(
        schedule.anchor.adding(days: Int.random(in: -100...1000, using: &random)))
      let later = all.filter { $0 >= start }
      #expect(Array(schedule.dueDates(from: start).prefix(later.count)) == later)
      for date in all { #expect(schedule.isDue(on: date)) }
      if let between = start.adding(days: 1), !all.contains(between), between < all.last ?? start {
        #expect(!schedule.isDue(on: between))
      }
    }
  }

  /// An edit opens and closes due dates, and moves none: those that both schedules have are the same.
  @Test(arguments: 0..<20 as Range<UInt64>)
  func editingMovesNoDueDateThatBothSchedulesHave(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<50 {
      var old = try schedule(&random)
      old.until = nil
      let dates = (0..<40).compactMap(old.dueDate)
      var shorter = old
      shorter.until = dates[Int.random(in: 0..<dates.count, using: &random)]
      #expect((0..<40).compactMap(shorter.dueDate) == dates.filter { $0 <= shorter.until ?? $0 })
      var rarer = old
      let factor = Int.random(in: 2...4, using: &random)
      rarer.every *= factor
      #expect(
        (0..<40 / factor).compactMap(rarer.dueDate)
          == dates.enumerated().filter { $0.offset % factor == 0 }.map(\.element)
          .prefix(40 / factor).map(\.self))
    }
  }
}
