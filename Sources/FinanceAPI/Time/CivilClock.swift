import Foundation

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
