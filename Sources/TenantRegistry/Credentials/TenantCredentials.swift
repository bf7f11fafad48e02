import PostgresClient
import Tenancy

/// All that a dedicated tenant's own process holds.
public struct TenantCredentials: Sendable {
  public let tenant: TenantID
  /// Opens the tenant's schema, as its role, and its own rows of the registry.
  public let login: PostgresLogin
  /// Open the tenant's signing keys.
  public let keys: TenantKeys

  public init(tenant: TenantID, login: PostgresLogin, keys: TenantKeys) {
    self.tenant = tenant
    self.login = login
    self.keys = keys
  }

  /// - Parameters:
  ///   - tenants: those that the registry shows the login.
  ///   - sealed: the copies of signing keys that it shows the login.
  /// - Throws: ``CredentialError`` unless all belongs together.
  func check(tenants: [TenantID], keys sealed: [SealedSigningKey]) throws(CredentialError) {
    guard let shown = tenants.first else {
      throw CredentialError(
        description: "the login \(login.user) is no tenant's: its credentials were revoked")
    }
    guard shown == tenant else {
      throw CredentialError(
        description: "the login \(login.user) is that of the tenant \(shown), not of \(tenant)")
    }
    for key in sealed {
      guard case .some(.some) = try? key.open(with: keys) else {
        throw CredentialError(
          description: "the key is not the one that goes with the login \(login.user)")
      }
    }
  }
}

/// New credentials of a dedicated tenant, for its own deployment alone.
public struct IssuedCredentials: Sendable {
  public let tenant: TenantID
  public let login: String
  public let password: Secret
  /// The text form of ``TenantKeys``.
  public let key: Secret
}

/// This process was given credentials that do not belong together, or that were revoked.
public struct CredentialError: Error, Equatable, CustomStringConvertible {
  public let description: String
}
