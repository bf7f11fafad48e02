/// Walks over the Unicode scalars of UTF-8.
struct ScalarCursor {
  private let bytes: ArraySlice<UInt8>
  private(set) var position: Int

  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    position = bytes.startIndex
  }

  var isAtEnd: Bool { position >= bytes.endIndex }

  /// The next byte; of a scalar that is not ASCII, its first.
  var byte: UInt8? { position < bytes.endIndex ? bytes[position] : nil }

  var scalar: Unicode.Scalar? {
    guard let byte else { return nil }
    if byte < 0x80 { return Unicode.Scalar(byte) }
    guard case .complete(let length) = UTF8Sequence(bytes[position...]) else { return "\u{FFFD}" }
    var value = UInt32(byte) & (0xFF >> (UInt32(length) + 1))
    for offset in 1..<length { value = value << 6 | UInt32(bytes[position + offset] & 0x3F) }
    return Unicode.Scalar(value) ?? "\u{FFFD}"
  }

  mutating func advance() {
    guard let byte else { return }
    guard byte >= 0x80, case .complete(let length) = UTF8Sequence(bytes[position...]) else {
      position += 1
      return
    }
    position += length
  }

  mutating func skipSpaces() {
    while let scalar, scalar.properties.isWhitespace { advance() }
  }

  /// The letters that come next, with the dots after them.
  mutating func takeWord() -> String.UnicodeScalarView {
    var word = String.UnicodeScalarView()
    while let scalar, scalar.properties.isAlphabetic || (scalar == "." && !word.isEmpty),
      word.count < 16
    {
      word.append(scalar)
      advance()
    }
    return word
  }

  /// The ASCII digits that come next.
  mutating func takeDigits() -> ArraySlice<UInt8> {
    let start = position
    while let byte, byte.isASCIIDigit { position += 1 }
    return bytes[start..<position]
  }
}
