/// The name that a user logs in with, unique in the tenant; often an email address. It is compared
/// as it is: no folding of case, no trimming.
struct Username: Hashable, Sendable {
  /// In Unicode scalars.
  static let maximumLength = 254

  let text: String

  init(_ text: String) throws(TextDefect) {
    guard !text.isEmpty else { throw .empty }
    guard text.unicodeScalars.count <= Self.maximumLength else {
      throw .tooLong(maximum: Self.maximumLength, unit: "characters")
    }
    guard !text.unicodeScalars.contains("\0") else { throw .nullCharacter }
    self.text = text
  }
}
