/// A user's note on an entry. It may be empty.
struct EntryDescription: Hashable, Sendable {
  /// In Unicode scalars.
  static let maximumLength = 1000

  let text: String

  init(_ text: String) throws(TextDefect) {
    guard text.unicodeScalars.count <= Self.maximumLength else {
      throw .tooLong(maximum: Self.maximumLength, unit: "characters")
    }
    guard !text.unicodeScalars.contains("\0") else { throw .forbidden("\0") }
    self.text = text
  }
}
