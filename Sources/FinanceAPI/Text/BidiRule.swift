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
