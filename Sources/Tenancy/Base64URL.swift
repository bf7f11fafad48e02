import Foundation

extension [UInt8] {
  /// Base 64 with the URL alphabet and without padding (RFC 4648, section 5).
  package var base64URL: String {
    Data(self).base64EncodedString()
      .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
  }

  /// Reads ``base64URL``, in the one spelling that the bytes have: nil if `text` has another
  /// character, padding, or bits at its end that stand for nothing (RFC 4648, section 3.5).
  package init?(base64URL text: some StringProtocol) {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count * 3 / 4)
    var bits = 0
    var count = 0
    for character in text.utf8 {
      guard let value = Self.value(ofBase64URL: character) else { return nil }
      bits = bits << 6 | value
      count += 6
      guard count >= 8 else { continue }
      count -= 8
      bytes.append(UInt8(bits >> count))
      bits &= 1 << count - 1
    }
    guard count < 6, bits == 0 else { return nil }
    self = bytes
  }

  private static func value(ofBase64URL character: UInt8) -> Int? {
    switch character {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): Int(character - UInt8(ascii: "A"))
    case UInt8(ascii: "a")...UInt8(ascii: "z"): Int(character - UInt8(ascii: "a")) + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(character - UInt8(ascii: "0")) + 52
    case UInt8(ascii: "-"): 62
    case UInt8(ascii: "_"): 63
    default: nil
    }
  }
}
