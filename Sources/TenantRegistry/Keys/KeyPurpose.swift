import Foundation
import Tenancy

/// What a key derived from a master key is for. No two purposes ever share a key.
enum KeyPurpose: Sendable, Hashable {
  /// Seals a tenant's signing keys for the shared deployment.
  case tenant(TenantID)
  /// Seals a tenant's signing keys for its own deployment, for the credentials of that number.
  case credential(TenantID, Int)
  /// The password of a cell's login.
  case cellLogin(Int)
  /// The password of a dedicated tenant's login, for the credentials of that number.
  case tenantLogin(TenantID, Int)
  /// Shows the rows of a tenant's tables, where they have a row-level security policy.
  case rowSecurity(TenantID)
  /// Tells master keys apart, and is no secret.
  case check

  func info(version: Int) -> Data {
    let name =
      switch self {
      case .tenant(let id): "tenant/\(id)"
      case .cellLogin(let cell): "cell-login/\(cell)"
      case .credential(let id, let number): "credential/\(id)/\(number)"
      case .tenantLogin(let id, let number): "tenant-login/\(id)/\(number)"
      case .rowSecurity(let id): "gate/\(id)"
      case .check: "check"
      }
    return Data("terrace/\(name)/\(version)".utf8)
  }
}
