import Foundation
import Testing

@testable import Finance

struct CivilClockTests {
  @Test(arguments: [
    // Instants on both sides of midnight, in summer and winter time.
    ("2026-06-30T21:59:59Z", "Europe/Zurich", "2026-06-30"),
    ("2026-06-30T22:00:00Z", "Europe/Zurich", "2026-07-01"),
    ("2025-12-31T22:59:59Z", "Europe/Zurich", "2025-12-31"),
    ("2025-12-31T23:00:00Z", "Europe/Zurich", "2026-01-01"),
    // New York, on the night that summer time ends (at 06:00 UTC) and the one it begins.
    ("2026-11-01T03:59:59Z", "America/New_York", "2026-10-31"),
    ("2026-11-01T04:00:00Z", "America/New_York", "2026-11-01"),
    ("2026-11-02T04:59:59Z", "America/New_York", "2026-11-01"),
    ("2026-11-02T05:00:00Z", "America/New_York", "2026-11-02"),
    ("2026-03-09T03:59:59Z", "America/New_York", "2026-03-08"),
    ("2026-03-09T04:00:00Z", "America/New_York", "2026-03-09"),
    // Far from UTC, and by a quarter of an hour.
    ("2026-02-28T09:59:59Z", "Pacific/Kiritimati", "2026-02-28"),
    ("2026-02-28T10:00:00Z", "Pacific/Kiritimati", "2026-03-01"),
    ("2026-03-01T10:59:59Z", "Pacific/Niue", "2026-02-28"),
    ("2026-03-01T11:00:00Z", "Pacific/Niue", "2026-03-01"),
    ("2026-02-28T18:14:59Z", "Asia/Kathmandu", "2026-02-28"),
    ("2026-02-28T18:15:00Z", "Asia/Kathmandu", "2026-03-01"),
    // Before 1970, where division must round down.
    ("1969-12-31T23:59:59Z", "UTC", "1969-12-31"),
  ])
  func aDayBeginsAtLocalMidnight(instant: String, zone: String, date: String) throws {
    let now = try Date(instant, strategy: .iso8601)
    #expect(try CivilClock { now }.today(in: zone).description == date)
  }

  @Test func whatIsRememberedOfADayIsRightThroughTheChangesOfAYear() throws {
    let zones = ["Europe/Zurich", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca"]
    let offsets = UTCOffsets()
    for zone in zones {
      let timeZone = try #require(TimeZone(identifier: zone))
      for second in stride(from: 1_767_225_600, to: 1_798_761_600, by: 1799) {
        let expected = timeZone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(second)))
        #expect(try offsets.offset(in: zone, at: second) == expected)
      }
    }
  }

  @Test func aZoneThatDoesNotExistIsAnError() {
    #expect(throws: UnknownTimeZone.self) { try CivilClock { Date() }.today(in: "Mars/Olympus") }
  }
}
