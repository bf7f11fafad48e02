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
