import Foundation

/// Who counts as one where peers are counted.
package struct Peer: Hashable, Sendable {
  /// An address as it is; of an IPv6 address its /64, of which a host may use every address that it
  /// likes (RFC 4291, section 2.5.1).
  package let host: String
  /// Of an IPv6 address its /48, the most that a provider gives to one customer (RFC 6177);
  /// otherwise the host.
  package let site: String

  /// - Parameter address: as text; what is no IPv6 address stands for itself.
  package init(_ address: String) {
    var bytes = in6_addr()
    guard address.utf8.contains(UInt8(ascii: ":")), !address.hasPrefix("::ffff:"),
      inet_pton(AF_INET6, address, &bytes) == 1
    else {
      host = address
      site = address
      return
    }
    host = Self.network(of: &bytes, prefix: 64)
    site = Self.network(of: &bytes, prefix: 48)
  }

  private static func network(of address: inout in6_addr, prefix: Int) -> String {
    withUnsafeMutableBytes(of: &address) { bytes in
      for index in prefix / 8..<16 { bytes[index] = 0 }
    }
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(INET6_ADDRSTRLEN)) { text in
      // Cannot fail: the text has room for any address.
      inet_ntop(AF_INET6, &address, text.baseAddress, socklen_t(text.count))
      return String(cString: text.baseAddress!) + "/\(prefix)"
    }
  }
}
