import HTTPSupport
import HTTPTypes
import Hummingbird
import Tenancy
import TenantRegistry

/// `/admin/tenants` and `/admin/tenants/{slug}`: who is served, and within which limits.
struct TenantRoutes: Sendable {
  let administration: TenantAdministration
  let urls: TenantURLs

  /// - Parameter tenants: the group of `/admin/tenants`.
  func addRoutes(to tenants: RouterGroup<AdminContext>) {
    tenants.post { request, context in try await create(request, context.actor) }
    tenants.get { request, _ in try await list(request) }
    tenants.put(":slug/limits") { request, context in
      try await limit(context.pathParameter("slug"), request, context.actor)
    }
    tenants.post(":slug/owner-invitation") { _, context in
      try await inviteOwner(context.pathParameter("slug"), context.actor)
    }
    tenants.get(":slug") { request, context in
      try await show(context.pathParameter("slug"), request)
    }
  }

  private func create(_ request: Request, _ actor: AdminActor) async throws -> Response {
    let registration = try await request.decodeJSON(CreateTenantBody.self).draft.checked()
    let outcome = try await administration.register(registration, actor: actor.name)
    let body = TenantBody(
      outcome.tenant, urls: urls, pendingGateways: outcome.pendingGateways,
      ownerInvitation: outcome.ownerInvitation)
    guard outcome.pendingGateways.isEmpty, outcome.tenant.state != .provisioning else {
      return try .json(showing: body, status: .accepted)
    }
    return try .json(
      showing: body, status: outcome.isNew ? .created : .ok,
      headers: outcome.isNew ? [.location: "/admin/tenants/\(body.slug)"] : [:])
  }

  private func inviteOwner(_ slug: String, _ actor: AdminActor) async throws -> Response {
    guard
      let (tenant, invitation) = try await administration.inviteOwner(of: slug, actor: actor.name)
    else { throw Problem.unknownTenant }
    return try .json(
      OwnerInvitationBody(invitation, slug: tenant.tenant.slug, urls: urls), status: .created)
  }

  /// The limits have no state of their own: preconditions are about the tenant, which is shown.
  private func limit(
    _ slug: String, _ request: Request, _ actor: AdminActor
  ) async throws -> Response {
    let precondition = try request.precondition { [urls] (tenant: RegisteredTenant) in
      TenantBody(tenant, urls: urls)
    }
    let limits = try await request.decodeJSON(TenantLimits.self).checked()
    guard
      let outcome = try await administration.limit(
        slug, limits, actor: actor.name, if: precondition)
    else { throw Problem.unknownTenant }
    let body = TenantBody(
      outcome.tenant, urls: urls, pendingGateways: outcome.pendingGateways)
    return try .json(
      showing: body, status: outcome.pendingGateways.isEmpty ? .ok : .accepted,
      headers: [.contentLocation: "/admin/tenants/\(body.slug)"])
  }

  private func list(_ request: Request) async throws -> Response {
    let page = try await administration.tenants(
      TenantPageQuery.parse(request.uri.queryParameters.map { ($0.key, $0.value) }))
    return try .json(
      TenantPageBody(
        tenants: page.tenants.map { TenantBody($0, urls: urls) },
        nextCursor: page.next.map(TenantPageQuery.cursor)))
  }

  private func show(_ slug: String, _ request: Request) async throws -> Response {
    guard let tenant = try await administration.tenant(slug: slug) else {
      throw Problem.unknownTenant
    }
    return try .json(showing: TenantBody(tenant, urls: urls), to: request)
  }
}

extension Problem {
  fileprivate static let unknownTenant = Problem(
    .notFound, type: "unknown-tenant", title: "There is no such tenant")
}
