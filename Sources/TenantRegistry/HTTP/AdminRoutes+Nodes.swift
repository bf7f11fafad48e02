import HTTPSupport
import HTTPTypes
import Hummingbird

/// `/admin/nodes`: the Postgres servers that hold tenants.
extension AdminRoutes {
  func addNodeRoutes<Context: RequestContext>(to group: RouterGroup<Context>) {
    group.post { request, _ in try await addNode(request) }
    group.get { _, _ in
      try Response.json(NodeListBody(nodes: try await nodes.nodes().map(NodeBody.init)))
    }
  }

  private func addNode(_ request: Request) async throws -> Response {
    let (name, address) = try await request.decodeJSON(CreateNodeBody.self).checked()
    let (node, isNew) = try await nodes.add(name, address, actor: "admin")
    return try Response.json(NodeBody(node), status: isNew ? .created : .ok)
  }
}
