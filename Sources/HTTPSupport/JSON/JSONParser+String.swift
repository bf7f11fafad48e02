extension JSONParser {
  mutating func readString() throws(MalformedJSON) -> String {
    rest.removeFirst()
    var bytes: [UInt8] = []
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "\""):
        guard let text = String(validating: bytes, as: UTF8.self) else { throw MalformedJSON() }
        return text
      case UInt8(ascii: "\\"): bytes.append(contentsOf: try readEscape().utf8)
      case ..<0x20: throw MalformedJSON()
      default: bytes.append(byte)
      }
    }
    throw MalformedJSON()
  }

  private mutating func readEscape() throws(MalformedJSON) -> String {
    switch rest.popFirst() {
    case UInt8(ascii: "\""): return "\""
    case UInt8(ascii: "\\"): return "\\"
    case UInt8(ascii: "/"): return "/"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{c}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): return try readCodePoint()
    default: throw MalformedJSON()
    }
  }

  private mutating func readCodePoint() throws(MalformedJSON) -> String {
    let unit = try readCodeUnit()
    guard UTF16.isLeadSurrogate(unit) else {
      guard let scalar = Unicode.Scalar(unit) else { throw MalformedJSON() }
      return String(scalar)
    }
    guard rest.popFirst() == UInt8(ascii: "\\"), rest.popFirst() == UInt8(ascii: "u") else {
      throw MalformedJSON()
    }
    let units = [unit, try readCodeUnit()]
    guard let text = String(validating: units, as: UTF16.self) else { throw MalformedJSON() }
    return text
  }

  private mutating func readCodeUnit() throws(MalformedJSON) -> UInt16 {
    var unit: UInt16 = 0
    for _ in 0..<4 {
      guard let byte = rest.popFirst(), let digit = Character(Unicode.Scalar(byte)).hexDigitValue
      else { throw MalformedJSON() }
      unit = unit << 4 | UInt16(digit)
    }
    return unit
  }
}
