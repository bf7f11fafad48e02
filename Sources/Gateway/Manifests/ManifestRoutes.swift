import AdminAPI
import HTTPSupport
import HTTPTypes
import Hummingbird
import TenantRegistry

/// `POST /admin/tenants/{slug}/manifests`: all that a dedicated tenant's deployment is made of, with
/// credentials that were not there before.
struct ManifestRoutes: Sendable {
  let administration: TenantAdministration
  let configuration: ManifestConfiguration

  /// Adds the route to the group of `/admin`.
  func addRoutes(to admin: RouterGroup<AdminContext>) {
    admin.post("tenants/:slug/manifests") { _, context in
      try await manifests(context.pathParameter("slug"), context.actor)
    }
  }

  private func manifests(_ slug: String, _ actor: AdminActor) async throws -> Response {
    guard let tenant = try await administration.tenant(slug: slug) else {
      throw Problem(.notFound, type: "unknown-tenant", title: "There is no such tenant")
    }
    // First, so that no credentials are made which nobody gets.
    let cluster = try configuration.cluster()
    let credentials = try await administration.deployments.issueCredentials(
      slug: slug, actor: actor.name)
    let manifests = TenantManifests(
      deployment: TenantDeployment(
        slug: tenant.tenant.slug, displayName: tenant.tenant.displayName,
        namespace: tenant.namespace, tenantID: credentials.tenant.description,
        login: credentials.login),
      password: credentials.password, key: credentials.key, cluster: cluster)
    return Response(
      status: .created,
      headers: [.contentType: "application/yaml", .cacheControl: "no-store"],
      body: .init(byteBuffer: ByteBuffer(string: manifests.stream)))
  }
}
