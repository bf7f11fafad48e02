/// A client's address, as the fields for it spell it.
struct ForwardedPeer {
  /// As `X-Forwarded-For` has it.
  let address: String
  /// As `Forwarded` has it: RFC 7239, section 6.
  let node: String

  /// - Parameter peer: An IP address, or `unix`.
  init(_ peer: String) {
    let isIPv6 = peer.utf8.contains(UInt8(ascii: ":"))
    let isIPv4 = peer.utf8.contains(UInt8(ascii: "."))
    address = isIPv6 || isIPv4 ? peer : "unknown"
    node = isIPv6 ? "\"[\(peer)]\"" : address
  }

  /// The clients and proxies that a trusted proxy names in `X-Forwarded-For`, the nearest last.
  /// What stands left of something that is no address is left out.
  static func chain(_ forwardedFor: String) -> [ForwardedPeer] {
    ClientAddress.addresses(forwardedFor).map { ForwardedPeer($0.text) }.reversed()
  }
}
