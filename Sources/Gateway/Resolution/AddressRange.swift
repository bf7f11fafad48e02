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
