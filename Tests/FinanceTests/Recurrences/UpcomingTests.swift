import Foundation
import Tenancy
import TestSupport
import Testing

@testable import Finance

struct UpcomingTests {
  private func date(_ text: String) throws -> CivilDate { try #require(CivilDate(text)) }

  private func recurrence(
    _ id: Int64, _ unit: Schedule.Unit, _ every: Int = 1, from anchor: CivilDate,
    _ weekend: Schedule.Weekend = .keep, isActive: Bool = true
  ) -> Recurrence {
    Recurrence(
      id: id,
      template: TransactionTemplate(
        accountID: 1, money: Money(minorUnits: -100, currency: Currency(code: "EUR")), payee: nil,
        memo: "", target: .init(), tags: [], status: .cleared, transferStatus: nil, splits: []),
      schedule: Schedule(unit: unit, every: every, anchor: anchor, weekend: weekend),
      isActive: isActive, version: 1, createdAt: Date(timeIntervalSince1970: 0),
      updatedAt: Date(timeIntervalSince1970: 0))
  }

  private func dueDates(_ upcoming: Upcoming, until: String, limit: Int = 200) throws -> [String] {
    upcoming.page(until: try date(until), after: nil, limit: limit).occurrences
      .map(\.dueDate.description)
  }

  @Test func whatIsOverdueStaysFor30Days() throws {
    let daily = recurrence(1, .day, from: try date("2026-01-01"))
    let upcoming = Upcoming(recurrences: [daily], settled: [], today: try date("2026-05-15"))
    let dates = try dueDates(upcoming, until: "2026-05-15")
    #expect(dates.count == 31)
    #expect(dates.first == "2026-04-15")
    #expect(dates.last == "2026-05-15")
  }

  @Test func whatIsRecordedSkippedOrNotActiveIsNotUpcoming() throws {
    let monthly = recurrence(1, .month, from: try date("2026-01-31"))
    let paused = recurrence(2, .month, from: try date("2026-01-31"), isActive: false)
    let upcoming = Upcoming(
      recurrences: [monthly, paused],
      settled: [.init(recurrenceID: 1, dueDate: try date("2026-05-31"))],
      today: try date("2026-05-15"))
    #expect(
      try dueDates(upcoming, until: "2026-08-31")
        == ["2026-04-30", "2026-06-30", "2026-07-31", "2026-08-31"])
  }

  /// 1 August 2026 is a Saturday.
  @Test func whatAWeekendMovesBeforeTheLastDayIsUpcoming() throws {
    let rent = recurrence(1, .month, from: try date("2026-08-01"), .before)
    let late = recurrence(2, .month, from: try date("2026-08-01"), .after)
    let upcoming = Upcoming(
      recurrences: [rent, late], settled: [], today: try date("2026-07-25"))
    let page = upcoming.page(until: try date("2026-07-31"), after: nil, limit: 10)
    #expect(page.occurrences.map(\.recurrence.id) == [1])
    #expect(page.occurrences.map(\.date.description) == ["2026-07-31"])
    let both = upcoming.page(until: try date("2026-08-01"), after: nil, limit: 10)
    #expect(both.occurrences.map(\.date.description) == ["2026-07-31", "2026-08-03"])
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func pagesTogetherAreTheWholeList(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let today = try date("2026-05-15")
    let recurrences = try (1...5 as ClosedRange<Int64>).map { id in
      let days = Int.random(in: -400...100, using: &random)
      return recurrence(
        id, Schedule.Unit.allCases.randomElement(using: &random) ?? .day,
        Int.random(in: 1...3, using: &random), from: try #require(today.adding(days: days)),
        Schedule.Weekend.allCases.randomElement(using: &random) ?? .keep)
    }
    let settled = try (0..<40).map { _ in
      Upcoming.Settled(
        recurrenceID: Int64.random(in: 1...5, using: &random),
        dueDate: try #require(today.adding(days: Int.random(in: -30...60, using: &random))))
    }
    let upcoming = Upcoming(recurrences: recurrences, settled: Set(settled), today: today)
    let end = try date("2026-08-15")
    let whole = upcoming.page(until: end, after: nil, limit: 10_000)
    #expect(!whole.hasMore)
    // Slowly: every day of the time, whether something is due.
    let start = try #require(today.adding(days: -30))
    var plain: [Occurrence] = []
    for recurrence in recurrences {
      for offset in 0...(end.daysSinceEpoch - start.daysSinceEpoch + 2) {
        let day = try #require(start.adding(days: offset))
        let occurrence = Occurrence(recurrence: recurrence, dueDate: day, state: nil)
        if recurrence.schedule.isDue(on: day), min(day, occurrence.date) <= end,
          !settled.contains(.init(recurrenceID: recurrence.id, dueDate: day))
        {
          plain.append(occurrence)
        }
      }
    }
    #expect(whole.occurrences == plain.sorted { $0.position < $1.position })
    var walked: [Occurrence] = []
    var position: Upcoming.Position?
    while true {
      let page = upcoming.page(until: end, after: position, limit: 3)
      walked += page.occurrences
      guard page.hasMore else { break }
      #expect(page.occurrences.count == 3)
      position = page.occurrences.last?.position
    }
    #expect(walked == whole.occurrences)
  }
}
