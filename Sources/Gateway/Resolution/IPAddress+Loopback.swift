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
