import Foundation
import Tenancy

/// What a key derived from a master key is for. No two purposes ever share a key.
enum KeyPurpose: Sendable, Hashable {
  /// Seals what belongs to one tenant: its signing keys.
  case tenant(TenantID)
  /// The password of a cell's login.
  case cellLogin(Int)
  /// The password of a dedicated tenant's login.
  case tenantLogin(TenantID)
  /// Tells master keys apart, and is no secret.
  case check

  func info(version: Int) -> Data {
    let name =
      switch self {
      case .tenant(let id): "tenant/\(id)"
      case .cellLogin(let cell): "cell-login/\(cell)"
      case .tenantLogin(let id): "tenant-login/\(id)"
      case .check: "check"
      }
    return Data("terrace/\(name)/\(version)".utf8)
  }
}
