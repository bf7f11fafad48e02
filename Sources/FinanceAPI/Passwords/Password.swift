/// A password as its user typed it.
struct Password: Sendable {
  /// Longer ones are refused: UTF-8 bytes.
  static let maximumByteCount = 1024

  /// Never empty.
  let text: String

  init(_ text: String) throws(TextDefect) {
    guard !text.isEmpty else { throw .empty }
    guard text.utf8.count <= Self.maximumByteCount else {
      throw .tooLong(maximum: Self.maximumByteCount, unit: "bytes")
    }
    self.text = text
  }
}
