import HTTPSupport
import HTTPTypes
import Hummingbird
import TenantRegistry

/// `/admin/nodes`: the Postgres servers that hold tenants.
struct NodeRoutes: Sendable {
  let nodes: DatabaseServerAdministration

  func addRoutes(to group: RouterGroup<AdminContext>) {
    group.post { request, context in try await add(request, context.actor) }
    group.get { _, _ in
      try Response.json(NodeListBody(nodes: try await nodes.nodes().map({ NodeBody($0) })))
    }
    group.get(":name") { request, context in
      try await show(context.pathParameter("name"), request)
    }
    group.patch(":name") { request, context in
      try await relocate(context.pathParameter("name"), request, context.actor)
    }
  }

  private func show(_ name: String, _ request: Request) async throws -> Response {
    try .json(showing: NodeBody(try await nodes.node(name)), to: request)
  }

  private func relocate(
    _ name: String, _ request: Request, _ actor: AdminActor
  ) async throws -> Response {
    let precondition = try request.precondition { (node: DatabaseServer) in NodeBody(node) }
    let address = try await request.decodeJSON(RelocateNodeBody.self).checked()
    let (node, pending) = try await nodes.relocate(
      name, to: address, actor: actor.name, if: precondition)
    return try .json(
      showing: NodeBody(node, pendingGateways: pending), status: pending.isEmpty ? .ok : .accepted)
  }

  private func add(_ request: Request, _ actor: AdminActor) async throws -> Response {
    let (name, address) = try await request.decodeJSON(CreateNodeBody.self).checked()
    let (node, isNew) = try await nodes.add(name, address, actor: actor.name)
    return try .json(showing: NodeBody(node), status: isNew ? .created : .ok)
  }
}
