import Foundation

/// Words made comparable.
enum HeaderText {
  /// In lower case, without accents, with one space for all that is no letter or digit.
  static func folded(_ text: String) -> String {
    var folded = ""
    var needsSpace = false
    for scalar in text.lowercased().decomposedStringWithCanonicalMapping.unicodeScalars {
      if scalar.properties.generalCategory == .nonspacingMark { continue }
      guard let letters = letters(scalar) else {
        needsSpace = true
        continue
      }
      if needsSpace, !folded.isEmpty { folded += " " }
      needsSpace = false
      folded += letters
    }
    return folded
  }

  private static func letters(_ scalar: Unicode.Scalar) -> String? {
    switch scalar {
    case "ł": "l"
    case "ß": "ss"
    case "ø": "o"
    case "æ": "ae"
    case _ where scalar.properties.isAlphabetic || ("0"..."9").contains(scalar): String(scalar)
    default: nil
    }
  }
}
