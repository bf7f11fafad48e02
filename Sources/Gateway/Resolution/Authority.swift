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
