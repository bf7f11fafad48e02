import Crypto
import Foundation
import PostgresClient
import Tenancy

/// The row-level gate of a tenant's tables, on a database where every role may execute `set_config`:
/// they let rows through only to who has set `terrace.k` to a key that is derived for the tenant.
struct TenantGate: Sendable, Equatable {
  /// The version of the shared master key that the key is derived from.
  let keyVersion: Int
  /// The SHA-256 of the key: what the tables' policies compare with.
  let digest: [UInt8]

  /// The gate of a new tenant.
  init?(for tenant: TenantID, _ masterKeys: MasterKeys) {
    keyVersion = masterKeys.shared.currentVersion
    guard let text = Self.text(for: tenant, version: keyVersion, masterKeys) else { return nil }
    digest = Array(SHA256.hash(data: Data(text.utf8)))
  }

  /// The setting that opens the tenant's gate; nil if that version of the shared master key is not
  /// held.
  static func setting(
    for tenant: TenantID, version: Int, _ masterKeys: MasterKeys
  ) -> SessionScope.Setting? {
    text(for: tenant, version: version, masterKeys).map { .init("terrace.k", $0) }
  }

  private static func text(
    for tenant: TenantID, version: Int, _ masterKeys: MasterKeys
  ) -> String? {
    masterKeys.shared.derive(.gate(tenant), version: version)?.bytes.base64URL
  }
}
