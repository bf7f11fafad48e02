import Foundation

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
