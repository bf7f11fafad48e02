import HTTPSupport
import HTTPTypes
import Hummingbird

/// `/admin/nodes`: the Postgres servers that hold tenants.
extension AdminRoutes {
  func addNodeRoutes<Context: RequestContext>(to group: RouterGroup<Context>) {
    group.post { request, _ in try await addNode(request) }
    group.get { _, _ in
      try Response.json(NodeListBody(nodes: try await nodes.nodes().map({ NodeBody($0) })))
    }
    group.get(":name") { request, context in
      try await showNode(context.pathParameter("name"), request)
    }
    group.patch(":name") { request, context in
      try await relocateNode(context.pathParameter("name"), request)
    }
  }

  private func showNode(_ name: String, _ request: Request) async throws -> Response {
    try .json(showing: NodeBody(try await nodes.node(name)), to: request)
  }

  private func relocateNode(_ name: String, _ request: Request) async throws -> Response {
    let precondition = try request.precondition { (node: Node) in NodeBody(node) }
    let address = try await request.decodeJSON(RelocateNodeBody.self).checked()
    let (node, pending) = try await nodes.relocate(
      name, to: address, actor: "admin", if: precondition)
    return try .json(
      showing: NodeBody(node, pendingGateways: pending), status: pending.isEmpty ? .ok : .accepted)
  }

  private func addNode(_ request: Request) async throws -> Response {
    let (name, address) = try await request.decodeJSON(CreateNodeBody.self).checked()
    let (node, isNew) = try await nodes.add(name, address, actor: "admin")
    return try .json(showing: NodeBody(node), status: isNew ? .created : .ok)
  }
}
