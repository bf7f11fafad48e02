import Tenancy

/// The order of a date's parts.
package enum DateOrder: String, Codable, Sendable, CaseIterable {
  case yearMonthDay = "ymd"
  case dayMonthYear = "dmy"
  case monthDayYear = "mdy"
}

/// A date as people write it, before the order of its parts is known: `28.11.2026`, `11/28/26`,
/// `20261128`, `28. Nov. 2026`, `1/31'26`, `2026-11-28T23:59:59-05:00`.
///
/// The date is the one written: a time and its offset do not move it.
struct DateText {
  private struct Number {
    var value: Int
    var digits: Int
  }

  private enum Form {
    case compact(ArraySlice<UInt8>)
    case numbers(Number, Number, Number)
    /// `28 November 2026` and `November 28, 2026`, and `2026 November 28`.
    case named(month: Int, first: Number, second: Number)
  }

  private let form: Form
  /// In QIF `'26` is a year of this century.
  private var hasApostropheYear = false
  /// Nobody writes a year of two digits first, and then dots.
  let hasDots: Bool

  init?(_ bytes: ArraySlice<UInt8>) {
    // No date is shorter than 1/1'6.
    guard (5...60).contains(bytes.count) else { return nil }
    hasDots = bytes.prefix(3).contains(UInt8(ascii: "."))
    var cursor = ScalarCursor(bytes)
    cursor.skipSpaces()
    Self.skipWeekday(&cursor)
    if let compact = Self.compact(&cursor) {
      form = .compact(compact)
    } else {
      guard let parts = Self.parts(&cursor, apostrophe: &hasApostropheYear) else { return nil }
      form = parts
    }
    guard Self.isTime(cursor) else { return nil }
  }

  private static func skipWeekday(_ cursor: inout ScalarCursor) {
    guard cursor.byte?.isASCIIDigit == false else { return }
    var ahead = cursor
    let word = ahead.takeWord()
    guard !word.isEmpty, MonthName.month(of: word) == nil else { return }
    skipSeparators(&ahead)
    cursor = ahead
  }

  /// 8 digits, or 6, or 14 with a time.
  private static func compact(_ cursor: inout ScalarCursor) -> ArraySlice<UInt8>? {
    var ahead = cursor
    let digits = ahead.takeDigits()
    guard [6, 8, 12, 14].contains(digits.count) else { return nil }
    cursor = ahead
    return digits.count == 6 ? digits : digits.prefix(8)
  }

  private static func parts(_ cursor: inout ScalarCursor, apostrophe: inout Bool) -> Form? {
    var month: Int?
    var numbers: [Number] = []
    for part in 0..<3 {
      if part > 0, !skipSeparators(&cursor, apostrophe: &apostrophe) { return nil }
      if part < 2 { apostrophe = false }
      let digits = cursor.takeDigits()
      if (1...4).contains(digits.count), let value = Int(asciiDigits: digits) {
        numbers.append(Number(value: value, digits: digits.count))
      } else if digits.isEmpty, month == nil, part < 2,
        let named = MonthName.month(of: cursor.takeWord())
      {
        month = named
      } else {
        return nil
      }
    }
    if let month { return .named(month: month, first: numbers[0], second: numbers[1]) }
    return .numbers(numbers[0], numbers[1], numbers[2])
  }

  private static func skipSeparators(_ cursor: inout ScalarCursor) {
    var apostrophe = false
    _ = skipSeparators(&cursor, apostrophe: &apostrophe)
  }

  private static func skipSeparators(
    _ cursor: inout ScalarCursor, apostrophe: inout Bool
  ) -> Bool {
    let start = cursor.position
    while let scalar = cursor.scalar {
      switch scalar {
      case ".", "/", "-", ",", " ", "\u{A0}", "\u{202F}": cursor.advance()
      case "'", "’":
        apostrophe = true
        cursor.advance()
      default: return cursor.position > start
      }
    }
    return cursor.position > start
  }

  /// Whether what follows the date is nothing or a time.
  private static func isTime(_ rest: ScalarCursor) -> Bool {
    var cursor = rest
    guard let first = cursor.scalar else { return true }
    guard
      first == "T" || first == "," || first == "Z" || first == "[" || first == "."
        || first == "+" || first == ":" || first.properties.isWhitespace
    else { return false }
    while let scalar = cursor.scalar {
      switch scalar {
      case "0"..."9", ":", ".", ",", "+", "-", "/", "[", "]", "(", ")", "A"..."Z", "a", "m", "p":
        cursor.advance()
      case _ where scalar.properties.isWhitespace: cursor.advance()
      default: return false
      }
    }
    return true
  }

  // MARK: - Readings

  /// The date if its parts are in this order; nil if the calendar has no such day. A year of four
  /// digits and the name of a month are recognised in any order.
  func date(_ order: DateOrder) -> CivilDate? {
    switch form {
    case .compact(let digits): return Self.date(digits, order)
    case .named(let month, let first, let second):
      let (day, year) = first.digits == 4 ? (second, first) : (first, second)
      return CivilDate(year: fullYear(year), month: month, day: day.value)
    case .numbers(let first, let second, let third):
      if first.digits >= 3 {
        guard third.digits <= 2 else { return nil }
        return CivilDate(year: first.value, month: second.value, day: third.value)
      }
      guard second.digits <= 2 else { return nil }
      return switch order {
      case .yearMonthDay where third.digits > 2 || hasDots: nil
      case .yearMonthDay:
        CivilDate(year: fullYear(first), month: second.value, day: third.value)
      case .dayMonthYear:
        CivilDate(year: fullYear(third), month: second.value, day: first.value)
      case .monthDayYear:
        CivilDate(year: fullYear(third), month: first.value, day: second.value)
      }
    }
  }

  /// Whether the order of the parts matters.
  var dependsOnOrder: Bool {
    switch form {
    case .named: false
    case .numbers(let first, _, _): first.digits < 3
    case .compact: true
    }
  }

  private func fullYear(_ year: Number) -> Int {
    guard year.digits <= 2 else { return year.value }
    if hasApostropheYear { return 2000 + year.value }
    return year.value < 70 ? 2000 + year.value : 1900 + year.value
  }

  private static func date(_ digits: ArraySlice<UInt8>, _ order: DateOrder) -> CivilDate? {
    func number(_ offset: Int, _ count: Int) -> Int {
      Int(asciiDigits: digits.dropFirst(offset).prefix(count)) ?? 0
    }
    if digits.count == 6 {
      let parts = [number(0, 2), number(2, 2), number(4, 2)]
      func full(_ year: Int) -> Int { year < 70 ? 2000 + year : 1900 + year }
      return switch order {
      case .yearMonthDay: CivilDate(year: full(parts[0]), month: parts[1], day: parts[2])
      case .dayMonthYear: CivilDate(year: full(parts[2]), month: parts[1], day: parts[0])
      case .monthDayYear: CivilDate(year: full(parts[2]), month: parts[0], day: parts[1])
      }
    }
    let date =
      switch order {
      case .yearMonthDay: CivilDate(year: number(0, 4), month: number(4, 2), day: number(6, 2))
      case .dayMonthYear: CivilDate(year: number(4, 4), month: number(2, 2), day: number(0, 2))
      case .monthDayYear: CivilDate(year: number(4, 4), month: number(0, 2), day: number(2, 2))
      }
    // Eight digits without separators may be any number.
    guard let date, (1900...2199).contains(date.year) else { return nil }
    return date
  }
}

extension Int {
  /// The number that at most 18 ASCII digits write.
  init?(asciiDigits bytes: ArraySlice<UInt8>) {
    guard (1...18).contains(bytes.count) else { return nil }
    var value = 0
    for byte in bytes {
      guard byte.isASCIIDigit else { return nil }
      value = value * 10 + Int(byte - UInt8(ascii: "0"))
    }
    self = value
  }
}
