/// A node in an answer of the admin endpoint.
struct NodeBody: Representation {
  let name: String
  /// Not there for the node that the registry is on.
  let host: String?
  let port: Int?
  /// The gateways that have not acknowledged its new address: only in a 202.
  private(set) var pendingGateways: [String]?

  enum CodingKeys: String, CodingKey {
    case name, host, port
    case pendingGateways = "pending_gateways"
  }

  init(_ node: Node, pendingGateways: [String] = []) {
    self.pendingGateways = pendingGateways.isEmpty ? nil : pendingGateways
    name = node.name
    host = node.address?.host
    port = node.address?.port
  }

  var plain: Self {
    var body = self
    body.pendingGateways = nil
    return body
  }
}
