/// Finds paths that a proxy, a router and a handler could read differently.
enum PathSafety {
  /// Whether a path is visible ASCII with sound percent encoding, and has no `.` or `..` segment,
  /// no empty segment before its end, no backslash, and no encoded slash or null; not even to whom
  /// decodes it twice.
  static func isSafe(_ path: Substring.UTF8View) -> Bool {
    guard path.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "#") }) else {
      return false
    }
    guard path.contains(percent) else { return hasPlainSegments(path) }
    guard let once = decode(path, acceptsBroken: false), hasPlainSegments(once) else {
      return false
    }
    guard once.contains(percent) else { return true }
    guard let twice = decode(once, acceptsBroken: true) else { return false }
    return hasPlainSegments(twice)
  }

  private static let percent = UInt8(ascii: "%")

  private static func hasPlainSegments(_ path: some Collection<UInt8>) -> Bool {
    guard path.first == UInt8(ascii: "/") else { return false }
    var length = 0
    var dots = 0
    for byte in path.dropFirst() {
      switch byte {
      case UInt8(ascii: "/"):
        guard length > 0, !isDotSegment(length, dots) else { return false }
        (length, dots) = (0, 0)
        continue
      case UInt8(ascii: "\\"), 0: return false
      case UInt8(ascii: "."): dots += 1
      default: break
      }
      length += 1
    }
    return !isDotSegment(length, dots)
  }

  private static func isDotSegment(_ length: Int, _ dots: Int) -> Bool {
    length == dots && (1...2).contains(dots)
  }

  /// The path without its percent encoding; nil if that hides a slash, or is broken.
  private static func decode(_ path: some Collection<UInt8>, acceptsBroken: Bool) -> [UInt8]? {
    var decoded = [UInt8]()
    var rest = path[...]
    while let byte = rest.popFirst() {
      guard byte == percent else {
        decoded.append(byte)
        continue
      }
      guard let value = value(of: rest.prefix(2)) else {
        guard acceptsBroken else { return nil }
        decoded.append(byte)
        continue
      }
      guard value != UInt8(ascii: "/") else { return nil }
      decoded.append(value)
      rest = rest.dropFirst(2)
    }
    return decoded
  }

  private static func value(of digits: some Collection<UInt8>) -> UInt8? {
    guard digits.count == 2 else { return nil }
    return digits.reduce(0) { value, digit in
      guard let value, let nibble = nibble(digit) else { return nil }
      return value << 4 | nibble
    }
  }

  private static func nibble(_ digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
