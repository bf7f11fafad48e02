import PostgresClient

/// A day of the proleptic Gregorian calendar, in no time zone.
struct CivilDate: Hashable, Sendable, Comparable, CustomStringConvertible {
  let year: Int
  /// 1 to 12.
  let month: Int
  /// 1 to 31.
  let day: Int

  init(year: Int, month: Int, day: Int) {
    self.year = year
    self.month = month
    self.day = day
  }

  /// The day so many days after 1970-01-01.
  ///
  /// Counts in eras of 400 years that begin on 1 March, so that a leap day comes last (Howard
  /// Hinnant, "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`).
  init(daysSinceEpoch days: Int) {
    let shifted = days + 719_468
    let era = shifted.flooredDivision(by: 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  }

  /// The first day of this date's month, or of a month before or after it.
  func firstOfMonth(offset: Int = 0) -> CivilDate {
    let months = year * 12 + month - 1 + offset
    let year = months.flooredDivision(by: 12)
    return CivilDate(year: year, month: months - year * 12 + 1, day: 1)
  }

  static func < (left: CivilDate, right: CivilDate) -> Bool {
    (left.year, left.month, left.day) < (right.year, right.month, right.day)
  }

  /// The date as ISO 8601 has it, such as `2026-02-28`.
  var description: String {
    let bytes = [
      year / 1000, year / 100, year / 10, year, -1, month / 10, month, -1, day / 10, day,
    ]
    return String(unsafeUninitializedCapacity: bytes.count) { buffer in
      for (index, value) in bytes.enumerated() {
        buffer[index] = value < 0 ? UInt8(ascii: "-") : UInt8(ascii: "0") + UInt8(value % 10)
      }
      return bytes.count
    }
  }
}

/// A stretch of time that sums are asked for.
package enum Period: String, Sendable, CaseIterable {
  case lastMonth = "last_month"
  case currentMonth = "current_month"

  /// The days of the period for someone whose calendar shows `today`; the upper bound is the first
  /// day after it.
  func days(asOf today: CivilDate) -> Range<CivilDate> {
    switch self {
    case .lastMonth: today.firstOfMonth(offset: -1)..<today.firstOfMonth()
    case .currentMonth: today.firstOfMonth()..<today.firstOfMonth(offset: 1)
    }
  }
}

/// `date`, in ISO 8601 form.
extension CivilDate: PostgresEncodable {
  var postgresText: String { description }
}

extension BinaryInteger {
  /// The quotient rounded toward negative infinity.
  func flooredDivision(by divisor: Self) -> Self {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
  }
}
