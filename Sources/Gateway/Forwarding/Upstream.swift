import NIOCore

/// Where a tenant's own deployment answers.
struct Upstream: Hashable, Sendable {
  /// The name that its certificate must have.
  let serverName: String
  /// The name or address that is connected to: the same, unless the configuration overrides it.
  let host: String
  let port: Int

  /// Addresses that no Service has: this machine, its link (where clouds answer with an instance's
  /// credentials), and groups of machines.
  private static let forbidden = [
    "0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4", "255.255.255.255",
    // Where Azure, Alibaba and, in former times, Oracle do the same as others at 169.254.169.254;
    // below, AWS and Google in IPv6.
    "168.63.129.16", "100.100.100.200", "192.0.0.192",
    "fe80::/10", "ff00::/8", "fd00:ec2::/32", "fd20:ce::254",
    // IPv4 in IPv6, in two forms; a third, mapped addresses, is read as IPv4.
    "::/96", "64:ff9b::/96",
  ].compactMap(AddressRange.init)

  /// Whether a connection may lead to the address that it has been made to. A name that leads to
  /// this machine is a mistake or an attack, unless the configuration says so itself.
  func mayBe(at address: SocketAddress?) -> Bool {
    guard host == serverName else { return true }
    guard let address = address?.ipAddress.flatMap(IPAddress.init) else { return false }
    return !Self.forbidden.contains { $0.contains(address) }
  }
}

/// Where the deployments of dedicated tenants are: a Service in each one's namespace. A tenant has
/// no say in it.
struct UpstreamAddresses: Equatable, Sendable {
  /// `https` or `http`.
  var isTLS = true
  /// What a deployment's name has before and after its namespace.
  var prefix = "terrace."
  var suffix = ".svc"
  var port = 8443
  /// Other addresses for some namespaces, `host:port`, where names do not lead to Services.
  var overrides: [String: Authority] = [:]

  func upstream(ofNamespace namespace: String) -> Upstream {
    let name = prefix + namespace + suffix
    let override = overrides.isEmpty ? nil : overrides[namespace]
    return Upstream(
      serverName: name, host: override?.host.text ?? name,
      port: override?.port.map(Int.init) ?? port)
  }
}
