/// Some tenants, and where to go on.
public struct TenantPage: Sendable {
  public let tenants: [RegisteredTenant]
  /// The slug to go on after; nil on the last page.
  public let next: String?
}
