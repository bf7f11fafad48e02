/// Where the deployments of dedicated tenants are: a Service in each one's namespace. A tenant has
/// no say in it.
struct UpstreamAddresses: Equatable, Sendable {
  /// What stands for the namespace in ``host``.
  static let placeholder = "{namespace}"

  /// `https` or `http`.
  var isTLS = true
  var host = "terrace.{namespace}.svc"
  var port = 8443
  /// Other addresses for some namespaces, `host:port`, where names do not lead to Services.
  var overrides: [String: Authority] = [:]

  func upstream(ofNamespace namespace: String) -> Upstream {
    let name = host.replacing(Self.placeholder, with: namespace)
    let override = overrides[namespace]
    return Upstream(
      serverName: name, host: override?.host.text ?? name,
      port: override?.port.map(Int.init) ?? port)
  }
}
