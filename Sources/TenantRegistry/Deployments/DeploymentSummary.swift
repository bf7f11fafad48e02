import Tenancy

/// Where a tenant is served, and with which credentials it may be.
public struct DeploymentSummary: Sendable {
  public let tenant: TenantID
  public let slug: String
  public let isolation: TenantRecord.Isolation
  public let servedBy: TenantRecord.Isolation
  /// The logins of credentials that are not revoked, the oldest first.
  public let logins: [String]

  init(_ snapshot: DeploymentSnapshot) {
    tenant = snapshot.tenant
    slug = snapshot.slug
    isolation = snapshot.isolation
    servedBy = snapshot.servedBy
    logins = snapshot.liveCredentials.map(\.login)
  }
}
