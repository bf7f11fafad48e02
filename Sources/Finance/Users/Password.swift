import Foundation

/// A password, in the one form of all the ways to type it (RFC 8265, OpaqueString): composed, and
/// with plain spaces.
package struct Password: Sendable {
  /// Longer ones are refused: UTF-8 bytes.
  static let maximumByteCount = 1024

  /// Fewer characters are guessed too soon.
  private static let minimumLength = 8

  /// What is hashed. Never empty.
  let text: String
  private let typed: String

  /// A password that somebody may have, who registered with any release. What OpaqueString refuses
  /// is taken as it was typed.
  package init(_ typed: String) throws(InvalidText) {
    guard !typed.isEmpty else { throw .empty }
    guard typed.utf8.count <= Self.maximumByteCount else {
      throw .tooLong(maximum: Self.maximumByteCount, unit: "bytes")
    }
    self.typed = typed
    let prepared = Self.prepared(typed)
    text = Self.forbiddenCharacter(in: prepared) == nil ? prepared : typed
  }

  /// A password that somebody chooses from now on.
  package init(chosen typed: String) throws(InvalidText) {
    try self.init(new: typed)
    guard text.count >= Self.minimumLength else { throw .tooShort(minimum: Self.minimumLength) }
  }

  /// A password that a new user may have by the first release's routes, which know no least length.
  package init(new typed: String) throws(InvalidText) {
    try self.init(typed)
    if let character = Self.forbiddenCharacter(in: text) { throw .forbidden(character) }
  }

  private init(exactly typed: String) {
    self.typed = typed
    text = typed
  }

  /// The password as the first release hashed it; nil if that is the same.
  var asTyped: Password? {
    text.utf8.elementsEqual(typed.utf8) ? nil : Password(exactly: typed)
  }

  private static func prepared(_ typed: String) -> String {
    var mapped = String.UnicodeScalarView()
    for scalar in typed.unicodeScalars {
      mapped.append(scalar.properties.generalCategory == .spaceSeparator ? " " : scalar)
    }
    return String(mapped).precomposedStringWithCanonicalMapping
  }

  /// The first that no text of FreeformClass (RFC 8264) has there.
  private static func forbiddenCharacter(in text: String) -> Unicode.Scalar? {
    let context = PrecisContext(scalars: Array(text.unicodeScalars))
    for (index, scalar) in context.scalars.enumerated() {
      switch PrecisProperty(of: scalar) {
      case .valid, .freeformOnly: continue
      case .contextual where context.allows(at: index): continue
      default: return scalar
      }
    }
    return nil
  }
}
