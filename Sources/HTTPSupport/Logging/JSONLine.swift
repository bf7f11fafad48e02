import Tenancy

/// Writes one JSON object into a buffer, field by field, and ends it with a line feed.
struct JSONLine: ~Copyable {
  private(set) var bytes: [UInt8]
  private var isFirst = true

  /// - Parameter bytes: What to append to.
  init(appendingTo bytes: consuming [UInt8]) {
    self.bytes = bytes
    self.bytes.append(UInt8(ascii: "{"))
  }

  mutating func field(_ name: StaticString, _ value: String) {
    start(name)
    string(value)
  }

  mutating func field(_ name: StaticString, _ value: Int64) {
    start(name)
    number(value)
  }

  /// A field whose name is not known beforehand.
  mutating func field(named name: String, _ value: String) {
    comma()
    string(name)
    bytes.append(UInt8(ascii: ":"))
    string(value)
  }

  consuming func finish() -> [UInt8] {
    bytes.append(UInt8(ascii: "}"))
    bytes.append(UInt8(ascii: "\n"))
    return bytes
  }

  private mutating func start(_ name: StaticString) {
    comma()
    bytes.append(UInt8(ascii: "\""))
    name.withUTF8Buffer { bytes.append(contentsOf: $0) }
    bytes.append(UInt8(ascii: "\""))
    bytes.append(UInt8(ascii: ":"))
  }

  private mutating func comma() {
    if !isFirst { bytes.append(UInt8(ascii: ",")) }
    isFirst = false
  }

  private mutating func number(_ value: Int64) {
    if value < 0 { bytes.append(UInt8(ascii: "-")) }
    let start = bytes.count
    var rest = value.magnitude
    repeat {
      bytes.append(UInt8(ascii: "0") + UInt8(rest % 10))
      rest /= 10
    } while rest > 0
    bytes[start...].reverse()
  }

  private mutating func string(_ value: String) {
    let start = bytes.count
    bytes.append(UInt8(ascii: "\""))
    for byte in value.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        bytes.append(UInt8(ascii: "\\"))
        bytes.append(byte)
      case 0..<0x20, 0x7f: escape(UInt16(byte))
      case 0xC2, 0xD8, 0xE2:
        // Of the characters that begin so, some do something to a terminal.
        bytes.removeLast(bytes.count - start)
        return stringByCharacter(value)
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private mutating func stringByCharacter(_ value: String) {
    bytes.append(UInt8(ascii: "\""))
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"", "\\":
        bytes.append(UInt8(ascii: "\\"))
        bytes.append(contentsOf: String(scalar).utf8)
      case _ where scalar.isLayoutControl && scalar.value <= UInt16.max:
        escape(UInt16(scalar.value))
      default: bytes.append(contentsOf: String(scalar).utf8)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private mutating func escape(_ unit: UInt16) {
    bytes.append(contentsOf: "\\u".utf8)
    bytes.append(contentsOf: unit.hex.utf8)
  }
}
