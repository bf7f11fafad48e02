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
