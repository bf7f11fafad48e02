import Foundation

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
