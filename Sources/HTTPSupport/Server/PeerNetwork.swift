import Foundation

/// Who counts as one peer where peers are counted.
package enum PeerNetwork {
  /// An address as it is; of an IPv6 address its /64, of which a host may use every address that it
  /// likes (RFC 4291, section 2.5.1).
  package static func of(_ address: String) -> String {
    guard address.utf8.contains(UInt8(ascii: ":")), !address.hasPrefix("::ffff:") else {
      return address
    }
    var network = in6_addr()
    guard inet_pton(AF_INET6, address, &network) == 1 else { return address }
    withUnsafeMutableBytes(of: &network) { bytes in
      for index in 8..<16 { bytes[index] = 0 }
    }
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(INET6_ADDRSTRLEN)) { text in
      guard inet_ntop(AF_INET6, &network, text.baseAddress, socklen_t(text.count)) != nil,
        let start = text.baseAddress
      else { return address }
      return String(cString: start) + "/64"
    }
  }
}
