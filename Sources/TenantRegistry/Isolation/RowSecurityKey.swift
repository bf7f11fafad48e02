import Crypto
import Foundation
import PostgresClient
import Tenancy

/// The key to a tenant's rows, on a database where every role may execute `set_config`: a policy of
/// its tables shows rows only to sessions that have set `terrace.k` to it.
struct RowSecurityKey: Sendable, Equatable {
  /// The version of the shared master key that the key is derived from.
  let keyVersion: Int
  /// The SHA-256 of the key: what the tables' policies compare with.
  let digest: [UInt8]

  /// That of a new tenant.
  init?(for tenant: TenantID, _ masterKeys: MasterKeys) {
    keyVersion = masterKeys.shared.currentVersion
    guard let text = Self.text(for: tenant, version: keyVersion, masterKeys) else { return nil }
    digest = Array(SHA256.hash(data: Data(text.utf8)))
  }

  /// The setting that shows the tenant's rows; nil if that version of the shared master key is not
  /// held.
  static func setting(
    for tenant: TenantID, version: Int, _ masterKeys: MasterKeys
  ) -> SessionScope.Setting? {
    text(for: tenant, version: version, masterKeys).map { .init("terrace.k", $0) }
  }

  private static func text(
    for tenant: TenantID, version: Int, _ masterKeys: MasterKeys
  ) -> String? {
    masterKeys.shared.derive(.rowSecurity(tenant), version: version)?.bytes.base64URL
  }
}
