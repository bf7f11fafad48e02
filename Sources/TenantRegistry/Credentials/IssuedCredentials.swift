import Tenancy

/// New credentials of a dedicated tenant, for its own deployment alone.
public struct IssuedCredentials: Sendable {
  public let tenant: TenantID
  public let login: String
  public let password: Secret
  /// The text form of ``TenantKeys``.
  public let key: Secret
}
