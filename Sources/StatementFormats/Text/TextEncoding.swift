/// The encodings in which statements come.
package enum TextEncoding: String, Codable, Sendable, CaseIterable {
  case utf8 = "utf-8"
  case utf16LittleEndian = "utf-16le"
  case utf16BigEndian = "utf-16be"
  /// Read as Windows-1252, which has characters where ISO-8859-1 has controls.
  case latin1 = "iso-8859-1"
  case windows1252 = "windows-1252"
  case windows1250 = "windows-1250"

  /// The encoding by the names that XML prologs and OFX headers use.
  init?(label: some StringProtocol) {
    switch label.lowercased() {
    case "utf-8", "utf8", "unicode": self = .utf8
    case "utf-16le": self = .utf16LittleEndian
    case "utf-16be": self = .utf16BigEndian
    case "iso-8859-1", "iso8859-1", "8859-1", "latin1", "iso_8859-1": self = .latin1
    case "windows-1252", "cp1252", "1252": self = .windows1252
    case "windows-1250", "cp1250", "1250": self = .windows1250
    default: return nil
    }
  }

  /// The characters of the bytes 0x80 to 0xFF, in encodings of one byte.
  var upperHalf: [Unicode.Scalar]? {
    switch self {
    case .latin1, .windows1252: SingleByteTable.windows1252
    case .windows1250: SingleByteTable.windows1250
    case .utf8, .utf16LittleEndian, .utf16BigEndian: nil
    }
  }
}

enum SingleByteTable {
  /// U+FFFD stands for the five bytes that mean nothing.
  static let windows1252 =
    scalars(
      "€\u{FFFD}‚ƒ„…†‡ˆ‰Š‹Œ\u{FFFD}Ž\u{FFFD}", "\u{FFFD}‘’“”•–—˜™š›œ\u{FFFD}žŸ")
    + (0xA0...0xFF).map { Unicode.Scalar($0 as UInt8) }

  static let windows1250 = scalars(
    "€\u{FFFD}‚\u{FFFD}„…†‡\u{FFFD}‰Š‹ŚŤŽŹ", "\u{FFFD}‘’“”•–—\u{FFFD}™š›śťžź",
    "\u{A0}ˇ˘Ł¤Ą¦§¨©Ş«¬\u{AD}®Ż", "°±˛ł´µ¶·¸ąş»Ľ˝ľż", "ŔÁÂĂÄĹĆÇČÉĘËĚÍÎĎ", "ĐŃŇÓÔŐÖ×ŘŮÚŰÜÝŢß",
    "ŕáâăäĺćçčéęëěíîď", "đńňóôőö÷řůúűüýţ˙")

  private static func scalars(_ rows: String...) -> [Unicode.Scalar] {
    rows.flatMap { Array($0.unicodeScalars) }
  }
}
