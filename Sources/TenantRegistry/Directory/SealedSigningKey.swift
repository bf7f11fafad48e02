import Tenancy

/// A signing key as it lies in the registry.
struct SealedSigningKey: Sendable, Equatable {
  let tenant: TenantID
  let kid: String
  let state: SigningKey.State
  let family: MasterKeys.Family
  /// The version of the master key that the tenant's key is derived from.
  let keyVersion: Int
  let sealed: [UInt8]

  /// A new key, sealed under the tenant's key of the current version.
  static func generate(
    for tenant: TenantID, state: SigningKey.State, family: MasterKeys.Family,
    masterKey: MasterKey
  ) throws -> SealedSigningKey {
    let version = masterKey.currentVersion
    let kid = Secret.random(byteCount: 16).bytes.base64URL
    guard let key = masterKey.tenantKey(tenant, version: version) else {
      throw TenantKey.CannotOpen()
    }
    return SealedSigningKey(
      tenant: tenant, kid: kid, state: state, family: family, keyVersion: version,
      sealed: try key.seal(.random(), kid: kid))
  }

  /// The key itself; nil if this process does not hold the master key that it hangs on.
  func open(with masterKeys: MasterKeys) throws(TenantKey.CannotOpen) -> SigningKey? {
    guard let key = masterKeys[family]?.tenantKey(tenant, version: keyVersion) else { return nil }
    return SigningKey(kid: kid, state: state, secret: try key.open(sealed, kid: kid))
  }
}
