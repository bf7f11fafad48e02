/// The target of a request line, taken apart: origin-form or absolute-form.
struct RequestTarget: Equatable, Sendable {
  /// The authority of an absolute-form target.
  let authority: Substring?
  /// The path and the query; the path starts with a slash, and is safe to route on.
  let pathAndQuery: Substring

  /// - Throws: `malformedTarget` for other forms, `unsafePath` for a path that two readers could
  ///   take for different ones.
  init(_ text: String) throws(BadRequest) {
    let isOriginForm = text.utf8.first == UInt8(ascii: "/")
    (authority, pathAndQuery) = isOriginForm ? (nil, text[...]) : try Self.splitAbsolute(text)
    let path = pathAndQuery.utf8.prefix { $0 != UInt8(ascii: "?") }
    guard PathSafety.isSafe(path), Self.isVisible(pathAndQuery.utf8[path.endIndex...])
    else { throw .unsafePath }
  }

  private static func splitAbsolute(
    _ text: String
  ) throws(BadRequest) -> (authority: Substring?, pathAndQuery: Substring) {
    let scheme = ["http://", "https://"].first { text.prefix($0.count).lowercased() == $0 }
    guard let scheme else { throw .malformedTarget }
    let rest = text.dropFirst(scheme.count)
    guard let end = rest.firstIndex(where: { $0 == "/" || $0 == "?" }) else { return (rest, "/") }
    let path = rest[end] == "/" ? rest[end...] : "/" + rest[end...]
    return (rest[..<end], path)
  }

  private static func isVisible(_ bytes: Substring.UTF8View) -> Bool {
    bytes.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "#") }
  }
}

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

/// Why a request's target cannot be told.
enum BadRequest: String, Error, Equatable, Sendable {
  case missingAuthority = "the request has no Host"
  case malformedAuthority = "the request must have one well-formed Host"
  case disagreeingTarget = "the request target and Host name different hosts"
  case malformedTarget = "the request target must be a path or an http URL"
  case unsafePath = "the path is ambiguous"
  case malformedForwarding =
    "X-Forwarded-Host must be a host and X-Forwarded-Proto http or https, the right-most value of each"
}
