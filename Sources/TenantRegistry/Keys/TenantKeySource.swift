import Tenancy

/// What a process opens tenants' signing keys with.
protocol TenantKeySource: Sendable {
  /// The key that signing keys are sealed under for `holder`; nil if this process does not have it.
  ///
  /// - Parameter version: of the master key that it is derived from.
  func tenantKey(_ tenant: TenantID, of holder: KeyHolder, version: Int) -> TenantKey?
}

extension MasterKeys: TenantKeySource {
  func tenantKey(_ tenant: TenantID, of holder: KeyHolder, version: Int) -> TenantKey? {
    let secret =
      switch holder {
      case .shared: shared.derive(.tenant(tenant), version: version)
      case .credential(let number):
        dedicated?.derive(.credential(tenant, number), version: version)
      }
    return secret.map { TenantKey(secret: $0, tenant: tenant) }
  }
}
