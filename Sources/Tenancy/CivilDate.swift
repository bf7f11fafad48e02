/// A day of the proleptic Gregorian calendar in the years 1 to 9999, in no time zone.
package struct CivilDate: Hashable, Sendable {
  /// 1 to 9999.
  package let year: Int
  /// 1 to 12.
  package let month: Int
  /// 1 to 31.
  package let day: Int

  package static let first = CivilDate(checkedYear: 1, month: 1, day: 1)
  package static let last = CivilDate(checkedYear: 9999, month: 12, day: 31)

  /// Nil where the calendar has no such day: a 30 February, a year 0.
  package init?(year: Int, month: Int, day: Int) {
    guard (1...9999).contains(year), (1...12).contains(month), day >= 1,
      day <= Self.lastDay(ofMonth: month, year: year)
    else { return nil }
    self.init(checkedYear: year, month: month, day: day)
  }

  /// The caller has seen to it that there is such a day.
  init(checkedYear year: Int, month: Int, day: Int) {
    self.year = year
    self.month = month
    self.day = day
  }

  /// The date that ISO 8601 writes as `2026-11-28`: ten characters, and nothing around them.
  package init?(_ text: some StringProtocol) {
    guard let date = Array(text.utf8.prefix(11)).withUnsafeBufferPointer(Self.init(utf8:)) else {
      return nil
    }
    self = date
  }

  /// The same of a text's bytes.
  package init?(utf8 text: UnsafeBufferPointer<UInt8>) {
    guard text.count == 10, text[4] == UInt8(ascii: "-"), text[7] == UInt8(ascii: "-"),
      let year = Int(decimalDigits: text[0..<4]), let month = Int(decimalDigits: text[5..<7]),
      let day = Int(decimalDigits: text[8..<10])
    else { return nil }
    self.init(year: year, month: month, day: day)
  }

  package static func isLeap(year: Int) -> Bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
  }

  static func lastDay(ofMonth month: Int, year: Int) -> Int {
    switch month {
    case 2: isLeap(year: year) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }
}

extension CivilDate: Comparable {
  package static func < (left: CivilDate, right: CivilDate) -> Bool {
    (left.year, left.month, left.day) < (right.year, right.month, right.day)
  }
}

// MARK: - Arithmetic

extension CivilDate {
  /// The day so many days after 1970-01-01, or nil outside of the years 1 to 9999.
  ///
  /// Counts in eras of 400 years that begin on 1 March, so that a leap day comes last (Howard
  /// Hinnant, "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`).
  package init?(daysSinceEpoch days: Int) {
    guard (Self.first.daysSinceEpoch...Self.last.daysSinceEpoch).contains(days) else { return nil }
    // Days since 0000-03-01; not negative but in January and February of the year 1's era.
    let shifted = days + 719_468
    let era = shifted / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    self.init(
      checkedYear: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month: month,
      day: dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
  }

  /// The days since 1970-01-01; negative before it (`days_from_civil`).
  package var daysSinceEpoch: Int {
    let shiftedYear = month <= 2 ? year - 1 : year
    let era = shiftedYear / 400
    let yearOfEra = shiftedYear - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  /// The day so many days later, or earlier where the number is negative; nil outside of the years
  /// 1 to 9999.
  package func adding(days: Int) -> CivilDate? {
    let (sum, overflow) = daysSinceEpoch.addingReportingOverflow(days)
    return overflow ? nil : CivilDate(daysSinceEpoch: sum)
  }

  /// The same day so many months later, or earlier where the number is negative; the last day of a
  /// month that is too short. Nil outside of the years 1 to 9999.
  ///
  /// Add to the first date of a series, not to the last one: 31 January, 28 February, 31 March.
  package func adding(months: Int) -> CivilDate? {
    guard let target = civilMonth.adding(months: months) else { return nil }
    return CivilDate(
      checkedYear: target.year, month: target.month, day: min(day, target.lastDay.day))
  }

  /// 1 for Monday to 7 for Sunday, as ISO 8601 counts.
  package var weekday: Int {
    // 1970-01-01 was a Thursday; the year 1 began 719,162 days before it, on a Monday.
    (daysSinceEpoch + 719_162) % 7 + 1
  }

  package var civilMonth: CivilMonth { CivilMonth(checkedYear: year, month: month) }
  package var firstOfMonth: CivilDate { civilMonth.firstDay }
  package var lastOfMonth: CivilDate { civilMonth.lastDay }
}

// MARK: - Text

extension CivilDate: LosslessStringConvertible {
  /// The date as ISO 8601 has it, such as `2026-02-28`.
  package var description: String {
    String(unsafeUninitializedCapacity: 10) { buffer in
      buffer.writeDecimal(year, at: 0, digits: 4)
      buffer[4] = UInt8(ascii: "-")
      buffer.writeDecimal(month, at: 5, digits: 2)
      buffer[7] = UInt8(ascii: "-")
      buffer.writeDecimal(day, at: 8, digits: 2)
      return 10
    }
  }
}

extension CivilDate: Codable {
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let date = CivilDate(text) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "not a date such as 2026-11-28")
    }
    self = date
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

extension Int {
  /// The number that ASCII digits write; nil for anything else among them.
  init?(decimalDigits bytes: some Sequence<UInt8>) {
    var value = 0
    for byte in bytes {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
      value = value * 10 + Int(byte - UInt8(ascii: "0"))
    }
    self = value
  }
}

extension UnsafeMutableBufferPointer<UInt8> {
  /// Writes a number with leading zeros.
  func writeDecimal(_ number: Int, at start: Int, digits: Int) {
    var rest = number
    for index in stride(from: start + digits - 1, through: start, by: -1) {
      self[index] = UInt8(ascii: "0") + UInt8(rest % 10)
      rest /= 10
    }
  }
}
