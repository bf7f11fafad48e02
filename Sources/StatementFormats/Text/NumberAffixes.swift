extension LocalizedNumber {
  /// What stands around the digits: a sign, parentheses, a currency.
  struct Affixes {
    private var sign: Sign?
    private var hasOpenParenthesis = false
    private var isClosed = false
    private var hasWord = false
    private(set) var currency: String?

    private enum Sign { case plus, minus }

    /// Whether there is nothing, or a dash that stands for nothing.
    var isBlank: Bool { !hasWord && !hasOpenParenthesis && sign != .plus }

    var isNegative: Bool {
      get throws(Defect) {
        guard hasOpenParenthesis == isClosed else { throw .notANumber }
        guard hasOpenParenthesis else { return sign == .minus }
        guard sign == nil else { throw .notANumber }
        return true
      }
    }

    mutating func readPrefix(_ cursor: inout ScalarCursor) throws(Defect) {
      while let scalar = cursor.scalar, !isNumberStart(scalar) {
        if scalar == "(", !hasOpenParenthesis {
          hasOpenParenthesis = true
          cursor.advance()
        } else {
          try readAffix(&cursor, scalar: scalar)
        }
      }
    }

    mutating func readSuffix(_ cursor: inout ScalarCursor) throws(Defect) {
      while let scalar = cursor.scalar {
        if scalar == ")", hasOpenParenthesis, !isClosed {
          isClosed = true
          cursor.advance()
        } else {
          try readAffix(&cursor, scalar: scalar)
        }
      }
    }

    private func isNumberStart(_ scalar: Unicode.Scalar) -> Bool {
      ("0"..."9").contains(scalar) || scalar == "." || scalar == ","
    }

    private mutating func readAffix(
      _ cursor: inout ScalarCursor, scalar: Unicode.Scalar
    ) throws(Defect) {
      switch scalar {
      case "-", "\u{2212}", "\u{2013}", "\u{FE63}", "\u{FF0D}":
        try setSign(.minus)
        cursor.advance()
      case "+":
        try setSign(.plus)
        cursor.advance()
      case _ where scalar.properties.isWhitespace:
        cursor.advance()
      case _ where scalar.properties.generalCategory == .currencySymbol:
        cursor.advance()
        try setCurrency(CurrencyWord.code(ofSymbol: scalar))
      case _ where scalar.properties.isAlphabetic:
        try readWord(&cursor)
      default:
        throw .notANumber
      }
    }

    private mutating func readWord(_ cursor: inout ScalarCursor) throws(Defect) {
      let word = String(cursor.takeWord())
      switch word {
      case "CR", "Cr": try setSign(.plus)
      case "DR", "Dr": try setSign(.minus)
      default:
        // R$, US$
        if cursor.byte == UInt8(ascii: "$"), word.count <= 2 {
          cursor.advance()
          try setCurrency(CurrencyWord.code(ofDollar: word))
        } else if CurrencyWord.isKnown(word) {
          try setCurrency(CurrencyWord.code(ofWord: word))
        } else {
          throw .notANumber
        }
      }
    }

    private mutating func setSign(_ new: Sign) throws(Defect) {
      guard sign == nil else { throw .notANumber }
      sign = new
    }

    private mutating func setCurrency(_ code: String?) throws(Defect) {
      guard !hasWord else { throw .notANumber }
      hasWord = true
      currency = code
    }
  }
}

/// Words and signs that stand for a currency beside an amount.
private enum CurrencyWord {
  private static let abbreviations: [String: String?] = [
    "kr": nil, "kr.": nil, "zł": "PLN", "Kč": "CZK", "Ft": "HUF", "lei": "RON", "Fr": "CHF",
    "Fr.": "CHF", "SFr.": "CHF", "Rs": nil, "Rs.": nil, "руб": "RUB", "руб.": "RUB", "р.": "RUB",
    "R": "ZAR", "лв": "BGN", "лв.": "BGN",
  ]

  static func isKnown(_ word: String) -> Bool {
    isCode(word) || abbreviations[word] != nil
  }

  static func code(ofWord word: String) -> String? {
    isCode(word) ? word.uppercased() : abbreviations[word] ?? nil
  }

  /// Three letters, all of one case: `NaN` is no currency.
  private static func isCode(_ word: String) -> Bool {
    let letters = word.utf8
    return letters.count == 3 && letters.allSatisfy(\.isASCIILetter)
      && (word == word.uppercased() || word == word.lowercased()) && word.lowercased() != "nan"
      && word.lowercased() != "inf"
  }

  static func code(ofSymbol scalar: Unicode.Scalar) -> String? {
    switch scalar {
    case "€": "EUR"
    case "£": "GBP"
    case "₹": "INR"
    case "₽": "RUB"
    case "₺": "TRY"
    case "₴": "UAH"
    case "₩": "KRW"
    case "₪": "ILS"
    // $ and ¥ belong to several.
    default: nil
    }
  }

  static func code(ofDollar word: String) -> String? {
    switch word {
    case "R": "BRL"
    case "US": "USD"
    case "A", "AU": "AUD"
    case "C", "CA": "CAD"
    case "NZ": "NZD"
    case "HK": "HKD"
    case "NT": "TWD"
    default: nil
    }
  }
}
