import Foundation
import Synchronization

/// Tells what day it is in a time zone.
struct CivilClock: Sendable {
  private let now: @Sendable () -> Date
  private let offsets = UTCOffsets()

  init(now: @escaping @Sendable () -> Date) {
    self.now = now
  }

  /// The date that calendars in `zone`, an IANA name, show now.
  ///
  /// - Throws: ``UnknownTimeZone``.
  func today(in zone: String) throws(UnknownTimeZone) -> CivilDate {
    let second = Int(now().timeIntervalSince1970.rounded(.down))
    let local = try second + offsets.offset(in: zone, at: second)
    return CivilDate(daysSinceEpoch: local.flooredDivision(by: 86_400))
  }
}

/// The offsets of time zones from UTC, remembered for the current UTC day: asking Foundation for
/// each request would cost more than the rest of the request's arithmetic.
final class UTCOffsets: Sendable {
  private struct Day {
    let number: Int
    let offset: Int
  }

  /// The names are those of tenants' and ledgers' zones, so there are at most as many as in the
  /// time zone database.
  private let days = Mutex<[String: Day]>([:])

  /// Seconds that clocks in `zone` are ahead of UTC, `second` seconds after 1970 in UTC.
  ///
  /// - Throws: ``UnknownTimeZone``.
  func offset(in zone: String, at second: Int) throws(UnknownTimeZone) -> Int {
    let number = second.flooredDivision(by: 86_400)
    if let day = days.withLock({ $0[zone] }), day.number == number { return day.offset }
    guard let timeZone = TimeZone(identifier: zone) else { throw UnknownTimeZone(name: zone) }
    // A day on which the clocks change is not remembered.
    let first = timeZone.offset(at: number * 86_400)
    if first == timeZone.offset(at: (number + 1) * 86_400 - 1) {
      days.withLock { $0[zone] = Day(number: number, offset: first) }
      return first
    }
    return timeZone.offset(at: second)
  }
}

extension TimeZone {
  fileprivate func offset(at second: Int) -> Int {
    secondsFromGMT(for: Date(timeIntervalSince1970: TimeInterval(second)))
  }
}

/// The time zone database of this machine has no such zone.
struct UnknownTimeZone: Error {
  let name: String
}
