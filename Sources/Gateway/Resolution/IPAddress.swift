import Foundation
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

extension IPAddress {
  /// Whether `host` leads to this machine whoever resolves it: `localhost`, or an IP literal of
  /// loopback, an IPv6 one in brackets or not. Other names may begin like one: `127.0.0.1.example`.
  static func isLoopback(_ host: String) -> Bool {
    if host.lowercased() == "localhost" { return true }
    let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
    return IPAddress(isBracketed ? String(host.dropFirst().dropLast()) : host)?.isLoopback == true
  }

  /// `127.0.0.0/8` or `::1`.
  private var isLoopback: Bool {
    isIPv4 ? bytes[12] == 127 : bytes.dropLast().allSatisfy { $0 == 0 } && bytes.last == 1
  }
}

/// A range of IP addresses: `10.0.0.0/8`, `fd00::/8`, or one address.
struct AddressRange: Hashable, Sendable {
  private let network: IPAddress
  private let prefixLength: Int

  /// Reads an address with or without a prefix length; nil if `text` is neither.
  init?(_ text: String) {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let network = IPAddress(String(parts[0])) else { return nil }
    let width = network.isIPv4 ? 32 : 128
    guard let length = parts.count == 1 ? width : Int(parts[1]), (0...width).contains(length)
    else { return nil }
    self.network = network
    prefixLength = length + (128 - width)
  }

  func contains(_ address: IPAddress) -> Bool {
    let whole = prefixLength / 8
    guard address.bytes[..<whole] == network.bytes[..<whole] else { return false }
    let rest = prefixLength % 8
    guard rest > 0 else { return true }
    return (address.bytes[whole] ^ network.bytes[whole]) >> (8 - rest) == 0
  }
}

/// Whose request it is that came through proxies.
enum ClientAddress {
  /// The client of a request whose connection is a trusted proxy's: the right-most address in
  /// `X-Forwarded-For` that is not a trusted proxy's too. What stands left of it, the client may
  /// have made up.
  ///
  /// Where the field says something else than an address, nobody further left is believed: the
  /// client is then the last proxy that is known.
  ///
  /// - Parameters:
  ///   - forwardedFor: the field's value; several fields are joined by commas.
  ///   - peer: the connection's own address.
  static func find(forwardedFor: String, peer: String, trusted: [AddressRange]) -> String {
    var client = peer
    for address in addresses(forwardedFor) {
      client = address.text
      guard trusted.contains(where: { $0.contains(address) }) else { break }
    }
    return client
  }

  /// The addresses in `X-Forwarded-For`, from the right-most on, as far as they are addresses.
  static func addresses(_ forwardedFor: String) -> some Sequence<IPAddress> {
    forwardedFor.split(separator: ",", omittingEmptySubsequences: false).reversed().lazy
      .map { address($0.trimmingCharacters(in: .whitespaces)) }
      .prefix { $0 != nil }
      .compactMap(\.self)
  }

  /// Reads `192.0.2.1`, `2001:db8::1`, `[2001:db8::1]`, and, as some proxies write them,
  /// `192.0.2.1:4711` and `[2001:db8::1]:4711`.
  private static func address(_ entry: String) -> IPAddress? {
    if let address = IPAddress(entry) { return address }
    guard let authority = Authority(entry), case .address(let text) = authority.host else {
      return nil
    }
    return IPAddress(text)
  }
}
