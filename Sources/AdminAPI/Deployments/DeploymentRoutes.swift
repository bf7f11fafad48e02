import HTTPSupport
import HTTPTypes
import Hummingbird
import TenantRegistry

/// `/admin/tenants/{slug}/deployment` and `…/credentials`: where a tenant is served.
struct DeploymentRoutes: Sendable {
  let deployments: TenantDeployments
  let operations: TenantOperations

  /// - Parameter tenants: the group of `/admin/tenants`.
  func addRoutes(to tenants: RouterGroup<AdminContext>) {
    tenants.get(":slug/deployment") { request, context in
      try await show(context.pathParameter("slug"), request)
    }
    tenants.put(":slug/deployment") { request, context in
      try await move(context.pathParameter("slug"), request, context.actor)
    }
    tenants.post(":slug/credentials") { _, context in
      try await issueCredentials(context.pathParameter("slug"), context.actor)
    }
  }

  private func show(_ slug: String, _ request: Request) async throws -> Response {
    let deployment = try await deployments.deployment(slug: slug)
    return try .json(showing: DeploymentBody(deployment), to: request)
  }

  /// Moves the tenant as far as it goes just now: 200 once it is there, 202 to ask again, or to look
  /// at the operation that goes on with it. The answer tells of the move, not of the deployment, and
  /// so has no tag.
  private func move(
    _ slug: String, _ request: Request, _ actor: AdminActor
  ) async throws -> Response {
    let precondition = try request.precondition { (deployment: DeploymentSummary) in
      DeploymentBody(deployment)
    }
    let target = try await request.decodeJSON(MoveTenantBody.self).servedBy()
    let progress = try await deployments.move(
      slug: slug, to: target, actor: actor.name, if: precondition)
    guard !progress.isDone else { return try .json(MoveProgressBody(progress)) }
    let operation = try await operations.goOn(with: progress, to: target, actor: actor.name)
    return try .json(
      MoveProgressBody(progress), status: .accepted, headers: [.location: operation.location])
  }

  /// Every answer has credentials that were not there before, which nobody else is shown again.
  private func issueCredentials(_ slug: String, _ actor: AdminActor) async throws -> Response {
    let credentials = try await deployments.issueCredentials(slug: slug, actor: actor.name)
    return try .json(
      CredentialsBody(credentials), status: .created, headers: [.cacheControl: "no-store"])
  }
}
