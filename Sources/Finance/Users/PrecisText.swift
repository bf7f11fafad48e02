import Foundation

/// Why a text cannot be taken. The description is a sentence without a subject, and has nothing in
/// it that a client sent.
package enum InvalidText: Error, Equatable, CustomStringConvertible {
  case empty
  case tooShort(minimum: Int)
  case tooLong(maximum: Int, unit: String)
  /// Has a character that it must not have, or not there.
  case forbidden(Unicode.Scalar)
  /// Has spaces other than single ones between words.
  case spaces
  case mixedDirections

  package var description: String {
    switch self {
    case .empty: "must not be empty"
    case .tooShort(let minimum): "must have at least \(minimum) characters"
    case .tooLong(let maximum, let unit): "must have at most \(maximum) \(unit)"
    case .forbidden(let scalar): "must not contain the character \(Self.name(of: scalar))"
    case .spaces: "must not begin or end with a space, nor have two in a row"
    case .mixedDirections:
      "must not mix writing from left to right with writing from right to left"
    }
  }

  private static func name(of scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 16, uppercase: true)
    let code = "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    return scalar.properties.name.map { "\(code) (\($0))" } ?? code
  }
}

/// Where a character may be (RFC 8264, section 8): in strings of IdentifierClass, which usernames
/// are of, or of FreeformClass, which passwords are of.
enum PrecisProperty {
  /// In both.
  case valid
  /// In FreeformClass only.
  case freeformOnly
  /// In both, where the characters around it make it harmless; see ``PrecisContext``.
  case contextual
  /// In neither. Characters that this system's Unicode does not know are among them.
  case disallowed

  init(of scalar: Unicode.Scalar) {
    switch scalar.value {
    case 0x21...0x7e: self = .valid
    // The exceptions of section 9.6, of which PVALID, then CONTEXTO and CONTEXTJ, then DISALLOWED.
    case 0xdf, 0x3c2, 0x6fd, 0x6fe, 0xf0b, 0x3007: self = .valid
    case 0xb7, 0x375, 0x5f3, 0x5f4, 0x30fb, 0x660...0x669, 0x6f0...0x6f9, 0x200c, 0x200d:
      self = .contextual
    case 0x640, 0x7fa, 0x302e, 0x302f, 0x3031...0x3035, 0x303b: self = .disallowed
    // Conjoining Hangul: letters are of whole syllables.
    case 0x1100...0x11ff, 0xa960...0xa97c, 0xd7b0...0xd7c6, 0xd7cb...0xd7fb: self = .disallowed
    default: self = Self.derived(of: scalar)
    }
  }

  private static func derived(of scalar: Unicode.Scalar) -> PrecisProperty {
    let properties = scalar.properties
    if properties.isDefaultIgnorableCodePoint || properties.isNoncharacterCodePoint {
      return .disallowed
    }
    let hasCompatibleForm = !String(scalar).precomposedStringWithCompatibilityMapping
      .unicodeScalars.elementsEqual(CollectionOfOne(scalar))
    switch properties.generalCategory {
    case .lowercaseLetter, .uppercaseLetter, .otherLetter, .modifierLetter, .decimalNumber,
      .nonspacingMark, .spacingMark:
      return hasCompatibleForm ? .freeformOnly : .valid
    case .titlecaseLetter, .letterNumber, .otherNumber, .enclosingMark, .spaceSeparator,
      .mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol, .connectorPunctuation,
      .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
      .finalPunctuation, .otherPunctuation:
      return .freeformOnly
    default: return .disallowed
    }
  }
}

/// A text in which contextual characters are looked at (RFC 5892, appendix A).
///
/// Scripts and joining types are told by blocks, since Swift does not know these properties.
struct PrecisContext {
  let scalars: [Unicode.Scalar]

  /// Whether the contextual character at `index` may be there.
  func allows(at index: Int) -> Bool {
    let before = index > 0 ? scalars[index - 1] : nil
    let after = index + 1 < scalars.count ? scalars[index + 1] : nil
    switch scalars[index].value {
    case 0x200c: return Self.isVirama(before) || Self.isBetweenJoiningLetters(before, after)
    case 0x200d: return Self.isVirama(before)
    case 0xb7: return before == "l" && after == "l"
    case 0x375: return after.map { Self.isIn($0, 0x370...0x3ff, 0x1f00...0x1fff) } ?? false
    case 0x5f3, 0x5f4:
      return before.map { Self.isIn($0, 0x591...0x5f4, 0xfb1d...0xfb4f) } ?? false
    case 0x30fb: return scalars.contains(where: Self.isJapanese)
    case 0x660...0x669: return !scalars.contains { (0x6f0...0x6f9).contains($0.value) }
    case 0x6f0...0x6f9: return !scalars.contains { (0x660...0x669).contains($0.value) }
    default: return false
    }
  }

  private static func isVirama(_ scalar: Unicode.Scalar?) -> Bool {
    scalar?.properties.canonicalCombiningClass == .virama
  }

  /// A letter that joins its successor, and one that joins its predecessor: in the Arabic script, of
  /// whose words the zero width non-joiner is a part.
  private static func isBetweenJoiningLetters(
    _ before: Unicode.Scalar?, _ after: Unicode.Scalar?
  ) -> Bool {
    guard let before, let after, isArabicLetter(before), isArabicLetter(after) else { return false }
    return !joinsItsPredecessorOnly(before) && after.value != 0x621
  }

  private static func isArabicLetter(_ scalar: Unicode.Scalar) -> Bool {
    isIn(scalar, 0x620...0x64a, 0x66e...0x6d3, 0x6fa...0x6ff, 0x750...0x77f)
      && scalar.properties.generalCategory == .otherLetter
  }

  private static func joinsItsPredecessorOnly(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x621...0x625, 0x627, 0x629, 0x62f...0x632, 0x648, 0x671...0x677, 0x688...0x699, 0x6c0,
      0x6c3...0x6cb, 0x6cd, 0x6cf, 0x6d2, 0x6d3, 0x759...0x75b, 0x76b, 0x76c, 0x771, 0x773, 0x774,
      0x778, 0x779:
      true
    default: false
    }
  }

  private static func isJapanese(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value != 0x30fb
      && (scalar.properties.isIdeographic
        || isIn(scalar, 0x3041...0x30ff, 0x31f0...0x31ff, 0x1b000...0x1b16f))
  }

  private static func isIn(_ scalar: Unicode.Scalar, _ blocks: ClosedRange<UInt32>...) -> Bool {
    blocks.contains { $0.contains(scalar.value) }
  }
}

/// The rule that a label is read in one direction (RFC 5893, section 2), for characters that
/// usernames may have.
enum BidiRule {
  /// What matters of a character's Bidi_Class. Told by blocks, since Swift does not know it.
  private enum Class {
    case left, right, europeanNumber, arabicNumber, neutral, nonspacingMark

    init(_ scalar: Unicode.Scalar) {
      switch scalar.properties.generalCategory {
      case .nonspacingMark, .enclosingMark:
        self = .nonspacingMark
        return
      default: break
      }
      switch scalar.value {
      case 0x30...0x39, 0x6f0...0x6f9: self = .europeanNumber
      case 0x660...0x669, 0x10d30...0x10d39: self = .arabicNumber
      case 0x41...0x5a, 0x61...0x7a: self = .left
      case ..<0x80, 0xb7, 0x375, 0x30fb: self = .neutral
      case 0x590...0x8ff, 0xfb1d...0xfdff, 0xfe70...0xfeff, 0x10800...0x10fff, 0x1e800...0x1efff:
        self = .right
      default: self = .left
      }
    }
  }

  /// Whether a label without characters that are written from right to left, or one that keeps to
  /// the rule.
  static func allows(_ label: some Sequence<Unicode.Scalar>) -> Bool {
    let classes = label.map(Class.init)
    guard classes.contains(where: { $0 == .right || $0 == .arabicNumber }) else { return true }
    // As there are such characters, a label that begins with another direction's mixes them.
    guard classes.first == .right, !classes.contains(.left) else { return false }
    guard !(classes.contains(.europeanNumber) && classes.contains(.arabicNumber)) else {
      return false
    }
    return classes.last { $0 != .nonspacingMark } != .neutral
  }
}
