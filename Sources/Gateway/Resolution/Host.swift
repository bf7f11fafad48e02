/// A host in canonical form: ASCII lower case, without port or final dot.
enum Host: Hashable, Sendable {
  /// A DNS name.
  case name(String)
  /// An IP literal, odd spellings of IPv4 (`127.1`, `0x7f.1`, `2130706433`) included.
  case address(String)

  var text: String {
    switch self {
    case .name(let text), .address(let text): text
    }
  }
}

extension Host {
  /// Reads a host as an authority spells it; nil if it is none.
  ///
  /// Labels follow the DNS rules (letters, digits and inner hyphens, at most 63; 253 in all);
  /// `xn--` stays as it is.
  init?(_ bytes: UnsafeBufferPointer<UInt8>) {
    if bytes.first == UInt8(ascii: "[") {
      guard let address = IPAddress(bracketed: bytes) else { return nil }
      self = .address(address.description)
      return
    }
    let name =
      bytes.last == UInt8(ascii: ".") ? UnsafeBufferPointer(rebasing: bytes.dropLast()) : bytes
    guard Self.isDomainName(name) else { return nil }
    let text = String(unsafeUninitializedCapacity: name.count) { buffer in
      for (index, byte) in name.enumerated() { buffer[index] = Self.lowercased(byte) }
      return name.count
    }
    guard Self.endsInNumber(text) else {
      self = .name(text)
      return
    }
    guard Self.isNumeric(text) else { return nil }
    self = .address(text)
  }

  private static func isDomainName(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard !bytes.isEmpty, bytes.count <= 253 else { return false }
    let hyphen = UInt8(ascii: "-")
    var length = 0
    var previous = hyphen
    for byte in bytes {
      if byte == UInt8(ascii: ".") {
        guard length > 0, previous != hyphen else { return false }
        length = 0
      } else {
        guard isLetterOrDigit(byte) || (byte == hyphen && length > 0) else { return false }
        length += 1
        guard length <= 63 else { return false }
      }
      previous = byte
    }
    return length > 0 && previous != hyphen
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: false
    }
  }

  private static func lowercased(_ byte: UInt8) -> UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
  }

  /// Whether resolvers may take the name for an IPv4 address, which one may spell in many ways.
  private static func endsInNumber(_ name: String) -> Bool {
    guard let last = name.utf8.last, isHexDigit(last) else { return false }
    let start = name.utf8.lastIndex(of: UInt8(ascii: ".")).map(name.utf8.index(after:))
    return isNumber(name.utf8[(start ?? name.startIndex)...])
  }

  private static func isNumeric(_ name: String) -> Bool {
    let labels = name.utf8.split(separator: UInt8(ascii: "."))
    return labels.count <= 4 && labels.allSatisfy(isNumber)
  }

  /// Decimal, octal, or hexadecimal after `0x`.
  private static func isNumber(_ label: Substring.UTF8View) -> Bool {
    guard label.starts(with: "0x".utf8) else {
      return label.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
    return label.dropFirst(2).allSatisfy(isHexDigit)
  }

  private static func isHexDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
      UInt8(ascii: "x"):
      true
    default: false
    }
  }
}

/// The authority of a request: `acme.finance.example:8080`.
struct Authority: Hashable, Sendable {
  let host: Host
  let port: UInt16?

  /// As an authority is spelled in a request.
  var text: String {
    let host = host.text.utf8.contains(UInt8(ascii: ":")) ? "[\(host.text)]" : host.text
    return port.map { "\(host):\($0)" } ?? host
  }

  /// Reads an authority as `Host` or an absolute-form target has it; nil if it is malformed.
  /// A user name makes it so, and so does a second authority in the same text.
  init?(_ text: Substring) {
    let parsed = text.utf8.withContiguousStorageIfAvailable { Self.parse($0) } ?? nil
    guard let parsed else { return nil }
    self = parsed
  }

  init?(_ text: String) {
    self.init(text[...])
  }

  private init(host: Host, port: UInt16?) {
    self.host = host
    self.port = port
  }

  private static func parse(_ bytes: UnsafeBufferPointer<UInt8>) -> Authority? {
    let hostEnd = endOfHost(bytes)
    guard let host = Host(UnsafeBufferPointer(rebasing: bytes[..<hostEnd])) else { return nil }
    guard hostEnd < bytes.count else { return Authority(host: host, port: nil) }
    guard bytes[hostEnd] == UInt8(ascii: ":") else { return nil }
    let digits = bytes[(hostEnd + 1)...]
    guard !digits.isEmpty else { return Authority(host: host, port: nil) }
    guard let port = port(digits) else { return nil }
    return Authority(host: host, port: port)
  }

  private static func endOfHost(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
    if bytes.first == UInt8(ascii: "[") {
      return bytes.firstIndex(of: UInt8(ascii: "]")).map { $0 + 1 } ?? bytes.count
    }
    return bytes.firstIndex(of: UInt8(ascii: ":")) ?? bytes.count
  }

  private static func port(_ digits: Slice<UnsafeBufferPointer<UInt8>>) -> UInt16? {
    guard digits.count <= 5 else { return nil }
    var port = 0
    for digit in digits {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
      port = port * 10 + Int(digit - UInt8(ascii: "0"))
    }
    return UInt16(exactly: port)
  }
}
