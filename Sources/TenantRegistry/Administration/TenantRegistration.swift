import Tenancy

/// What an admin asks for when registering a tenant, checked, with the defaults filled in.
public struct TenantRegistration: Sendable, Equatable, Codable {
  public let slug: String
  public let displayName: String
  public let timeZone: String
  public let currency: String
  public let isolation: TenantRecord.Isolation
  public let registration: Tenant.Registration

  /// - Throws: ``Problem`` naming every field that is wrong.
  public init(
    slug: String, displayName: String, timeZone: String = "UTC", currency: String = "USD",
    isolation: TenantRecord.Isolation = .shared, registration: Tenant.Registration = .open
  ) throws {
    fatalError()
  }
}
