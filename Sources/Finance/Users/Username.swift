import Foundation

/// The name that a user logs in with, unique in the tenant; often an email address.
///
/// Names that differ only in case, in the width of their characters or in how they are composed are
/// one name (RFC 8265, UsernameCaseMapped).
package struct Username: Sendable {
  /// In Unicode scalars.
  static let maximumLength = 254

  /// As it was typed: users of the first release are stored so.
  let typed: String
  /// What all spellings of the name have in common.
  let canonical: String

  /// A name that somebody may have, who registered with any release.
  package init(_ text: String) throws(InvalidText) {
    guard !text.isEmpty else { throw .empty }
    try Self.checkLength(text)
    guard !text.unicodeScalars.contains("\0") else { throw .forbidden("\0") }
    typed = text
    canonical = Self.canonical(text)
  }

  /// A name that a new user may have: words of IdentifierClass (RFC 8264) with spaces between them.
  package init(new text: String) throws(InvalidText) {
    try self.init(text)
    // Composed first: conjoining Hangul is refused, but is how some systems write whole syllables.
    let composed = Self.widthMapped(text).precomposedStringWithCanonicalMapping
    let words = composed.split(separator: " ", omittingEmptySubsequences: false)
    guard !words.contains("") else { throw .spaces }
    for word in words {
      let context = PrecisContext(scalars: Array(word.unicodeScalars))
      for (index, scalar) in context.scalars.enumerated() {
        switch PrecisProperty(of: scalar) {
        case .valid: break
        case .contextual where context.allows(at: index): break
        default: throw .forbidden(scalar)
        }
      }
    }
    // An address is written by its parts, of which a host's name is in another script at times.
    let parts = canonical.unicodeScalars.split { $0 == " " || $0 == "@" || $0 == "." }
    guard parts.allSatisfy(BidiRule.allows) else { throw .mixedDirections }
    try Self.checkLength(canonical)
  }

  /// The canonical form of any name that a release took.
  static func canonical(_ text: String) -> String {
    let form = lowercased(widthMapped(text)).precomposedStringWithCanonicalMapping
    // What is longer than any name in use does not fit an index.
    return form.utf8.count <= 2048 ? form : text
  }

  private static func checkLength(_ text: String) throws(InvalidText) {
    guard text.unicodeScalars.count <= maximumLength else {
      throw .tooLong(maximum: maximumLength, unit: "characters")
    }
  }

  /// Fullwidth and halfwidth characters as their usual ones.
  private static func widthMapped(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: hasWidth) else { return text }
    var mapped = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      let form =
        hasWidth(scalar)
        ? String(scalar).precomposedStringWithCompatibilityMapping : String(scalar)
      mapped.append(contentsOf: form.unicodeScalars)
    }
    return String(mapped)
  }

  private static func hasWidth(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "\u{3000}" || (0xff01...0xffee).contains(scalar.value)
  }

  /// Unicode's toLowercase, in which a sigma at the end of a word has a form of its own. Swift's
  /// knows no words.
  private static func lowercased(_ text: String) -> String {
    guard text.unicodeScalars.contains("\u{3a3}") else { return text.lowercased() }
    let scalars = Array(text.unicodeScalars)
    var mapped = ""
    for (index, scalar) in scalars.enumerated() {
      let isFinal =
        scalar == "\u{3a3}" && isCased(scalars[..<index].reversed())
        && !isCased(scalars[(index + 1)...])
      mapped += isFinal ? "\u{3c2}" : scalar.properties.lowercaseMapping
    }
    return mapped
  }

  /// Whether what comes first, but for what has no case and is part of a word, has a case.
  private static func isCased(_ scalars: some Sequence<Unicode.Scalar>) -> Bool {
    scalars.first { !$0.properties.isCaseIgnorable }?.properties.isCased ?? false
  }
}
