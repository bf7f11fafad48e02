import Tenancy

/// A field of a SWIFT message: `:61:` and what follows, up to the next tag.
struct MT940Field {
  var tag: String
  var line: Int
  var lines: [[UInt8]]

  var text: String {
    String(clean: Array(lines.joined(separator: [UInt8(ascii: " ")])), limit: TextLimits.memo)
  }

  /// The tag at the beginning of a line and what follows it; nil if there is none.
  static func split(_ line: ArraySlice<UInt8>) -> (tag: String, value: ArraySlice<UInt8>)? {
    guard line.first == UInt8(ascii: ":"),
      let end = line.dropFirst().prefix(4).firstIndex(of: UInt8(ascii: ":"))
    else { return nil }
    let tag = line[(line.startIndex + 1)..<end]
    guard tag.count >= 2, tag.prefix(2).allSatisfy(\.isASCIIDigit),
      tag.dropFirst(2).allSatisfy(\.isASCIILetter)
    else { return nil }
    return (String(decoding: tag, as: UTF8.self), line[(end + 1)...])
  }
}

/// A balance: `C261128EUR1234,56`.
struct MT940Balance {
  let amount: DecimalNumber
  let currency: String
  let date: CivilDate?

  init?(_ text: String) {
    let bytes = Array(text.utf8)
    guard bytes.count > 10, bytes[0] == UInt8(ascii: "C") || bytes[0] == UInt8(ascii: "D"),
      let number = try? LocalizedNumber(bytes[10...]),
      let amount = number.valueWithoutGroups(negate: bytes[0] == UInt8(ascii: "D"))
    else { return nil }
    self.amount = amount
    date = MT940Date.full(bytes[1..<7])
    currency = String(decoding: bytes[7..<10], as: UTF8.self)
  }
}

/// Dates of two digits each. Banks that count 30 days in each month write 30 February: the last day
/// of the month is meant.
enum MT940Date {
  /// `YYMMDD`.
  static func full(_ digits: ArraySlice<UInt8>) -> CivilDate? {
    guard digits.count == 6, let number = Int(asciiDigits: digits) else { return nil }
    let year = number / 10000
    return date(year: year < 70 ? 2000 + year : 1900 + year, monthAndDay: number % 10000)
  }

  /// `MMDD`, in the year that is nearest to another date.
  static func short(_ digits: ArraySlice<UInt8>, near: CivilDate) -> CivilDate? {
    guard digits.count == 4, let number = Int(asciiDigits: digits) else { return nil }
    let candidates = [near.year, near.year - 1, near.year + 1].compactMap {
      date(year: $0, monthAndDay: number)
    }
    return candidates.min {
      abs($0.daysSinceEpoch - near.daysSinceEpoch) < abs($1.daysSinceEpoch - near.daysSinceEpoch)
    }
  }

  private static func date(year: Int, monthAndDay number: Int) -> CivilDate? {
    guard let month = CivilMonth(year: year, month: number / 100), (1...31).contains(number % 100)
    else { return nil }
    return CivilDate(
      year: year, month: month.month, day: min(number % 100, month.lastDay.day))
  }
}
