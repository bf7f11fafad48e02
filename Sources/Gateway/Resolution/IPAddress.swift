import Glibc

/// An IPv4 or IPv6 address, as 16 bytes: IPv4 is mapped into `::ffff:0:0/96`.
struct IPAddress: Hashable, Sendable, CustomStringConvertible {
  let bytes: [UInt8]

  /// Reads `192.0.2.1` or `2001:db8::1`; nil for anything else, zones included.
  init?(_ text: String) {
    var address = in6_addr()
    let mapped = text.utf8.contains(UInt8(ascii: ":")) ? text : "::ffff:" + text
    guard !text.utf8.contains(0), inet_pton(AF_INET6, mapped, &address) == 1 else { return nil }
    bytes = withUnsafeBytes(of: &address) { Array($0) }
  }

  /// Reads an address as an authority spells it: `[2001:db8::1]`.
  init?(bracketed text: UnsafeBufferPointer<UInt8>) {
    guard text.count > 2, text.last == UInt8(ascii: "]") else { return nil }
    let inner = String(decoding: text.dropFirst().dropLast(), as: UTF8.self)
    guard inner.utf8.contains(UInt8(ascii: ":")) else { return nil }
    self.init(inner)
  }

  var isIPv4: Bool {
    bytes.prefix(10).allSatisfy { $0 == 0 } && bytes[10] == 0xff && bytes[11] == 0xff
  }

  /// As the address is written by itself: IPv4 in four decimal numbers.
  var text: String {
    isIPv4 ? bytes.suffix(4).map(String.init).joined(separator: ".") : description
  }

  var description: String {
    var address = in6_addr()
    withUnsafeMutableBytes(of: &address) { $0.copyBytes(from: bytes) }
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(INET6_ADDRSTRLEN)) {
      buffer in
      // The buffer holds the longest text there is, so that it cannot fail.
      let text = inet_ntop(AF_INET6, &address, buffer.baseAddress, socklen_t(buffer.count))
      return text.map { String(cString: $0) } ?? ""
    }
  }
}
