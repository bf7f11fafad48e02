import HTTPSupport
import HTTPTypes
import Hummingbird
import NIOCore
import Tenancy

/// `/admin/tenants` and `/admin/nodes`: what an admin does, over HTTP.
public struct AdminRoutes: Sendable {
  private let administration: TenantAdministration
  let nodes: NodeAdministration
  private let urls: TenantURLs
  private let token: AdminToken

  public init(
    administration: TenantAdministration, nodes: NodeAdministration, urls: TenantURLs,
    token: AdminToken
  ) {
    self.administration = administration
    self.nodes = nodes
    self.urls = urls
    self.token = token
  }

  /// Adds the routes, each behind the bearer check, to `router`. The router's middleware must
  /// turn errors into problem documents.
  public func addRoutes<Context: RequestContext>(to router: Router<Context>) {
    let middleware = AdminTokenMiddleware<Context>(token: token)
    AdminDocument.addRoute(to: router.group("admin").add(middleware: middleware))
    addNodeRoutes(to: router.group("admin/nodes").add(middleware: middleware))
    let tenants = router.group("admin/tenants").add(middleware: middleware)
    tenants.post { request, _ in try await create(request) }
    tenants.get { request, _ in try await list(request) }
    tenants.put(":slug/limits") { request, context in
      try await limit(context.pathParameter("slug"), request)
    }
    tenants.get(":slug") { request, context in
      try await show(context.pathParameter("slug"), request)
    }
    tenants.get(":slug/deployment") { request, context in
      try await deployment(context.pathParameter("slug"), request)
    }
    tenants.put(":slug/deployment") { request, context in
      try await move(context.pathParameter("slug"), request)
    }
    tenants.post(":slug/credentials") { _, context in
      try await issueCredentials(context.pathParameter("slug"))
    }
  }

  private func create(_ request: Request) async throws -> Response {
    let registration = try await request.decodeJSON(CreateTenantBody.self).draft.checked()
    let outcome = try await administration.register(registration, actor: "admin")
    let body = TenantBody(
      outcome.tenant, urls: urls, pendingGateways: outcome.pendingGateways)
    guard outcome.pendingGateways.isEmpty, outcome.tenant.state != .provisioning else {
      return try .json(showing: body, status: .accepted)
    }
    return try .json(
      showing: body, status: outcome.isNew ? .created : .ok,
      headers: outcome.isNew ? [.location: "/admin/tenants/\(body.slug)"] : [:])
  }

  /// The limits have no state of their own: preconditions are about the tenant, which is shown.
  private func limit(_ slug: String, _ request: Request) async throws -> Response {
    let precondition = try request.precondition { [urls] (tenant: TenantSummary) in
      TenantBody(tenant, urls: urls)
    }
    let limits = try await request.decodeJSON(TenantLimits.self).checked()
    guard
      let outcome = try await administration.limit(
        slug, limits, actor: "admin", if: precondition)
    else {
      throw Problem(.notFound, type: "unknown-tenant", title: "There is no such tenant")
    }
    let body = TenantBody(
      outcome.tenant, urls: urls, pendingGateways: outcome.pendingGateways)
    return try .json(
      showing: body, status: outcome.pendingGateways.isEmpty ? .ok : .accepted,
      headers: [.contentLocation: "/admin/tenants/\(body.slug)"])
  }

  private func deployment(_ slug: String, _ request: Request) async throws -> Response {
    let deployment = try await administration.deployments.deployment(slug: slug)
    return try .json(showing: DeploymentBody(deployment), to: request)
  }

  /// Moves the tenant as far as it goes just now: 200 once it is there, 202 to ask again. The answer
  /// tells of the move, not of the deployment, and so has no tag.
  private func move(_ slug: String, _ request: Request) async throws -> Response {
    let precondition = try request.precondition { (deployment: DeploymentSummary) in
      DeploymentBody(deployment)
    }
    let body = try await request.decodeJSON(MoveTenantBody.self)
    let progress = try await administration.deployments.move(
      slug: slug, to: body.servedBy(), actor: "admin", if: precondition)
    return try .json(MoveProgressBody(progress), status: progress.isDone ? .ok : .accepted)
  }

  /// Every answer has credentials that were not there before, which nobody else is shown again.
  private func issueCredentials(_ slug: String) async throws -> Response {
    let credentials = try await administration.deployments.issueCredentials(
      slug: slug, actor: "admin")
    return try .json(
      CredentialsBody(credentials), status: .created, headers: [.cacheControl: "no-store"])
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
      throw Problem(.notFound, type: "unknown-tenant", title: "There is no such tenant")
    }
    return try .json(showing: TenantBody(tenant, urls: urls), to: request)
  }
}
