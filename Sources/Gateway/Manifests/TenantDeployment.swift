/// A dedicated tenant's deployment. It is written down in two forms, an overlay for kustomize
/// (``OverlayFiles``) and a stream for kubectl (``TenantManifests``), which render to the same
/// objects; both are made of this.
struct TenantDeployment: Equatable, Sendable {
  let slug: String
  let displayName: String
  let namespace: String
  /// The tenant's UUID.
  let tenantID: String
  /// The name of its login, without which it has no credentials.
  let login: String
}
