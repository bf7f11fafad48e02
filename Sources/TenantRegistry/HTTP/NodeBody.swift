/// A node in an answer of the admin endpoint.
struct NodeBody: Encodable {
  let name: String
  /// Not there for the node that the registry is on.
  let host: String?
  let port: Int?

  init(_ node: Node) {
    name = node.name
    host = node.address?.host
    port = node.address?.port
  }
}
