/// A month of the proleptic Gregorian calendar in the years 1 to 9999.
package struct CivilMonth: Hashable, Sendable {
  /// 1 to 9999.
  package let year: Int
  /// 1 to 12.
  package let month: Int

  /// Nil where the calendar has no such month.
  package init?(year: Int, month: Int) {
    guard (1...9999).contains(year), (1...12).contains(month) else { return nil }
    self.init(checkedYear: year, month: month)
  }

  /// The caller has seen to it that there is such a month.
  init(checkedYear year: Int, month: Int) {
    self.year = year
    self.month = month
  }

  /// The month that ISO 8601 writes as `2026-11`: seven characters, and nothing around them.
  package init?(_ text: some StringProtocol) {
    let bytes = Array(text.utf8.prefix(8))
    guard bytes.count == 7, bytes[4] == UInt8(ascii: "-"),
      let year = Int(decimalDigits: bytes[0..<4]), let month = Int(decimalDigits: bytes[5..<7])
    else { return nil }
    self.init(year: year, month: month)
  }

  package var firstDay: CivilDate { CivilDate(checkedYear: year, month: month, day: 1) }

  package var lastDay: CivilDate {
    CivilDate(
      checkedYear: year, month: month, day: CivilDate.lastDay(ofMonth: month, year: year))
  }

  /// Nil after December 9999.
  package var next: CivilMonth? { adding(months: 1) }
  /// Nil before January of the year 1.
  package var previous: CivilMonth? { adding(months: -1) }

  /// The month so many months later, or earlier where the number is negative; nil outside of the
  /// years 1 to 9999.
  package func adding(months: Int) -> CivilMonth? {
    let (sum, overflow) = (year * 12 + month - 1).addingReportingOverflow(months)
    guard !overflow, sum >= 12 else { return nil }
    return CivilMonth(year: sum / 12, month: sum % 12 + 1)
  }

  package func contains(_ date: CivilDate) -> Bool {
    date.year == year && date.month == month
  }
}

extension CivilMonth: Comparable {
  package static func < (left: CivilMonth, right: CivilMonth) -> Bool {
    (left.year, left.month) < (right.year, right.month)
  }
}

extension CivilMonth: LosslessStringConvertible {
  /// The month as ISO 8601 has it, such as `2026-02`.
  package var description: String {
    String(unsafeUninitializedCapacity: 7) { buffer in
      buffer.writeDecimal(year, at: 0, digits: 4)
      buffer[4] = UInt8(ascii: "-")
      buffer.writeDecimal(month, at: 5, digits: 2)
      return 7
    }
  }
}

extension CivilMonth: Codable {
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let month = CivilMonth(text) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "not a month such as 2026-11")
    }
    self = month
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
