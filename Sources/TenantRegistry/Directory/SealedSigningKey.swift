import Tenancy

/// A copy of a signing key as it lies in the registry, which one holder can open.
struct SealedSigningKey: Sendable, Equatable {
  let tenant: TenantID
  let kid: String
  let state: SigningKey.State
  /// Seconds since 1970.
  let expires: Int64?
  let holder: KeyHolder
  /// The version of the master key that the holder's key is derived from.
  let keyVersion: Int
  let sealed: [UInt8]

  /// The key itself; nil if this process is not the holder.
  func open(with source: some TenantKeySource) throws(TenantKey.CannotOpen) -> SigningKey? {
    guard let key = source.tenantKey(tenant, of: holder, version: keyVersion) else { return nil }
    return SigningKey(
      kid: kid, state: state, secret: try key.open(sealed, kid: kid), expires: expires)
  }
}

extension SigningKey {
  /// A new key.
  static func random(_ state: State) -> SigningKey {
    SigningKey(
      kid: Secret.random(byteCount: 16).bytes.base64URL, state: state, secret: .random(),
      expires: nil)
  }

  /// A copy for `holder`, whose key is derived from that version of its master key.
  ///
  /// - Throws: ``TenantKey/CannotOpen`` if this process does not hold that version.
  func sealed(
    for tenant: TenantID, _ holder: KeyHolder, keyVersion: Int, _ masterKeys: MasterKeys
  ) throws -> SealedSigningKey {
    guard let key = masterKeys.tenantKey(tenant, of: holder, version: keyVersion) else {
      throw TenantKey.CannotOpen()
    }
    return SealedSigningKey(
      tenant: tenant, kid: kid, state: state, expires: expires, holder: holder,
      keyVersion: keyVersion, sealed: try key.seal(secret, kid: kid))
  }
}
