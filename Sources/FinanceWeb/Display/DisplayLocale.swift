import Finance
import Tenancy

/// How numbers and dates are written for somebody: the customs of the Unicode CLDR for the languages
/// below. A table of our own, since a page has hundreds of them and Foundation's formatters take longer
/// than the query.
struct DisplayLocale: Sendable {
  let language: Language

  enum Language: String, Sendable, CaseIterable {
    case en, de, fr, hi, ja
  }

  /// - Parameter tag: such as `de-CH`; English for what is not known here.
  init(_ tag: String) {
    language = Self.language(tag) ?? .en
  }

  /// - Parameter acceptLanguage: the field's value, the first known language of which counts: browsers
  ///   send what they like most first.
  init(acceptLanguage: String) {
    language =
      acceptLanguage.split(separator: ",").lazy.compactMap { Self.language($0) }.first ?? .en
  }

  private static func language(_ tag: some StringProtocol) -> Language? {
    let name = tag.drop { $0 == " " }.prefix { $0.isLetter }
    return Language(rawValue: name.lowercased())
  }

  var tag: String { language.rawValue }
  /// None of the languages is; what people write themselves may be.
  var isRightToLeft: Bool { false }

  /// The texts in the user's language, or in English where there are none yet.
  var texts: Texts { language == .de ? .german : .english }
}

// MARK: - Numbers

extension DisplayLocale {
  private var decimalSeparator: String {
    switch language {
    case .en, .hi, .ja: "."
    case .de, .fr: ","
    }
  }

  /// Whether `1,5` is one and a half.
  var hasDecimalComma: Bool { decimalSeparator == "," }

  private var groupSeparator: String {
    switch language {
    case .en, .hi, .ja: ","
    case .de: "."
    // A narrow space at which no line breaks.
    case .fr: "\u{202f}"
    }
  }

  /// U+2212, which is as wide as a plus.
  static let minus = "\u{2212}"

  /// So many minor units, such as `−1,234.50`; the sign is U+2212.
  func number(_ minorUnits: Int128, _ currency: Currency, plus: Bool = false) -> String {
    let sign = minorUnits < 0 ? Self.minus : plus && minorUnits > 0 ? "+" : ""
    let digits = String(minorUnits.magnitude)
    let padded =
      String(repeating: "0", count: max(0, currency.exponent + 1 - digits.count)) + digits
    let whole = grouped(String(padded.dropLast(currency.exponent)))
    guard currency.exponent > 0 else { return sign + whole }
    return sign + whole + decimalSeparator + padded.suffix(currency.exponent)
  }

  /// The number as somebody would type it: without groups, and with a hyphen for the sign.
  func plainNumber(_ minorUnits: Int128, _ currency: Currency) -> String {
    currency.text(minorUnits).replacing(".", with: decimalSeparator)
  }

  /// In groups of three; in Hindi, of two before the last three.
  private func grouped(_ digits: String) -> String {
    var parts = [digits.suffix(3)]
    var rest = digits.dropLast(3)
    let size = language == .hi ? 2 : 3
    while !rest.isEmpty {
      parts.insert(rest.suffix(size), at: 0)
      rest = rest.dropLast(size)
    }
    return parts.joined(separator: groupSeparator)
  }

  /// The sign that stands beside an amount; the code for a currency without one of its own.
  func symbol(_ currency: Currency) -> String {
    switch currency.code {
    case "EUR": "€"
    case "USD": "$"
    case "GBP": "£"
    case "JPY": language == .ja ? "￥" : "¥"
    case "INR": "₹"
    default: currency.code
    }
  }

  /// Whether the symbol stands before the number.
  var symbolLeads: Bool { language != .de && language != .fr }
}

// MARK: - Dates

extension DisplayLocale {
  /// Such as `November 2026`.
  func month(_ month: CivilMonth) -> String {
    let name = names.months[month.month - 1]
    return language == .ja ? "\(month.year)年\(name)" : "\(name) \(month.year)"
  }

  /// Such as `Nov 2026`.
  func shortMonth(_ month: CivilMonth) -> String {
    let name = names.shortMonths[month.month - 1]
    return language == .ja ? "\(month.year)年\(name)" : "\(name) \(month.year)"
  }

  func monthName(_ month: CivilMonth) -> String { names.months[month.month - 1] }

  /// Such as `28 Nov`.
  func day(_ date: CivilDate) -> String {
    let month = names.shortMonths[date.month - 1]
    return switch language {
    case .en, .fr, .hi: "\(date.day) \(month)"
    case .de: "\(date.day). \(month)"
    case .ja: "\(month)\(date.day)日"
    }
  }

  /// Such as `Sat 28 Nov`.
  func weekday(_ date: CivilDate) -> String {
    let weekday = names.weekdays[date.weekday - 1]
    return switch language {
    case .en, .fr: "\(weekday) \(day(date))"
    case .de, .hi: "\(weekday), \(day(date))"
    case .ja: "\(day(date))(\(weekday))"
    }
  }

  /// Such as `28 Nov 2026`.
  func date(_ date: CivilDate) -> String {
    language == .ja ? "\(date.year)年\(day(date))" : "\(day(date)) \(date.year)"
  }

  private var names: CalendarNames {
    switch language {
    case .en: .english
    case .de: .german
    case .fr: .french
    case .hi: .hindi
    case .ja: .japanese
    }
  }
}
