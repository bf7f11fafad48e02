/// Some tenants, and where to go on.
public struct TenantPage: Sendable {
  public let tenants: [RegisteredTenant]
  /// The slug to go on after; nil on the last page.
  public let next: String?
}

/// Which tenants to list.
public struct TenantPageRequest: Sendable {
  /// 1 to 200.
  public var limit = 50
  /// List only what comes after this slug.
  public var after: String?
  public var state: TenantRecord.State?
  /// List only slugs that start so.
  public var prefix: String?

  public init() {}
}
