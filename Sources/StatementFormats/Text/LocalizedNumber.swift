import Tenancy

/// The character before the decimals.
package enum DecimalSeparator: String, Codable, Sendable, CaseIterable {
  case point = "."
  case comma = ","

  var other: DecimalSeparator { self == .point ? .comma : .point }
}

/// An amount as people write it, such as `-1.234,50 €`, `(12.00)`, `12.00-`, `R$ 5.326,43` or
/// `11'373.94`, before it is known which separator is the decimal one.
///
/// It has digits, separators between them, and around them at most one sign and one currency. There
/// are no exponents.
struct LocalizedNumber {
  enum Mark: Equatable {
    case decimal(DecimalSeparator)
    case apostrophe
    case space
  }

  enum Defect: Error, Equatable {
    case empty, notANumber, tooLong
  }

  static let maxDigits = 40

  private(set) var isNegative = false
  /// ISO 4217, where the text names it.
  private(set) var currency: String?
  /// In ASCII, without separators.
  private var digits: [UInt8] = []
  /// Each with the number of digits before it.
  private var marks: [(mark: Mark, position: Int)] = []

  init(_ bytes: ArraySlice<UInt8>) throws(Defect) {
    var cursor = ScalarCursor(bytes)
    var affixes = Affixes()
    try affixes.readPrefix(&cursor)
    try readDigits(&cursor)
    try affixes.readSuffix(&cursor)
    guard !digits.isEmpty else { throw affixes.isBlank ? .empty : .notANumber }
    isNegative = try affixes.isNegative
    currency = affixes.currency
  }

  private mutating func readDigits(_ cursor: inout ScalarCursor) throws(Defect) {
    while let byte = cursor.byte {
      let run = cursor.takeDigits()
      if !run.isEmpty {
        digits += run
        guard digits.count <= Self.maxDigits else { throw .tooLong }
        continue
      }
      guard let mark = Self.mark(cursor, byte: byte) else { return }
      var ahead = cursor
      ahead.advance()
      // A space or an apostrophe stands between digits.
      if ahead.byte?.isASCIIDigit != true {
        guard case .decimal = mark, !digits.isEmpty else { return }
      }
      marks.append((mark, digits.count))
      cursor = ahead
    }
  }

  private static func mark(_ cursor: ScalarCursor, byte: UInt8) -> Mark? {
    switch byte {
    case UInt8(ascii: "."): return .decimal(.point)
    case UInt8(ascii: ","): return .decimal(.comma)
    case UInt8(ascii: "'"): return .apostrophe
    case UInt8(ascii: " "): return .space
    case 0..<0x80: return nil
    default: break
    }
    guard let scalar = cursor.scalar else { return nil }
    if scalar == "’" { return .apostrophe }
    return scalar.properties.isWhitespace ? .space : nil
  }

  // MARK: - Readings

  /// The number if this is the decimal separator; nil if the text cannot be read so.
  func value(decimal: DecimalSeparator, negate: Bool = false) -> DecimalNumber? {
    guard let integerDigits = integerDigits(decimal: decimal) else { return nil }
    let isZero = digits.allSatisfy { $0 == UInt8(ascii: "0") }
    return DecimalNumber(
      isNegative: !isZero && isNegative != negate, integer: digits[..<integerDigits],
      fraction: digits[integerDigits...], exponent: 0)
  }

  /// The number with the decimal separator of its column. Where that cannot be, and the other one
  /// can, the number tells by itself.
  func value(preferring decimal: DecimalSeparator, negate: Bool = false) -> DecimalNumber? {
    value(decimal: decimal, negate: negate) ?? value(decimal: decimal.other, negate: negate)
  }

  /// The number by itself: where both separators are there, the last is the decimal one; one alone
  /// is, if it is there once. For formats that have no thousands separators.
  func valueWithoutGroups(negate: Bool = false) -> DecimalNumber? {
    let last = marks.last { if case .decimal = $0.mark { true } else { false } }
    guard let last, case .decimal(let separator) = last.mark else {
      return value(decimal: .point, negate: negate)
    }
    return value(preferring: separator, negate: negate)
  }

  var hasMarks: Bool { !marks.isEmpty }

  /// How many digits are before the decimal separator.
  private func integerDigits(decimal: DecimalSeparator) -> Int? {
    guard let last = marks.last else { return digits.count }
    var groups = marks[...]
    var end = digits.count
    if last.mark == .decimal(decimal) {
      groups = groups.dropLast()
      end = last.position
    }
    guard let first = groups.first else { return end }
    guard first.mark != .decimal(decimal), (1...3).contains(first.position),
      // 0.500 has decimals.
      digits.first != UInt8(ascii: "0"),
      groups.allSatisfy({ $0.mark == first.mark })
    else { return nil }
    let sizes = zip(groups, groups.dropFirst()).map { $1.position - $0.position }
    guard end - groups[groups.endIndex - 1].position == 3,
      // 1,234,567 or, in India, 12,34,567.
      sizes.allSatisfy({ $0 == 3 }) || (first.position <= 2 && sizes.allSatisfy { $0 == 2 })
    else { return nil }
    return end
  }
}

extension LocalizedNumber {
  /// The code of a currency's sign or abbreviation, such as `€` or `zł`.
  static func currencyCode(_ text: String) -> String? {
    (try? LocalizedNumber(Array("0 \(text)".utf8)[...]))?.currency
  }
}
