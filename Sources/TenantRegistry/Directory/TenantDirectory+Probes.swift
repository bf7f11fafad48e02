import Tenancy

extension TenantDirectory {
  /// The tenants that are to move to a deployment of their own, which runs.
  ///
  /// - Throws: ``PostgresError``.
  public func tenantsToProbe() async throws -> [TenantRecord] {
    try await probes.tenants().compactMap(record)
  }

  /// Tells whoever moves the tenant whether this process reaches the tenant's deployment.
  ///
  /// - Parameter failure: why it does not, in a few words; nil if it does.
  /// - Throws: ``PostgresError``.
  public func report(_ tenant: TenantID, failure: String?) async throws {
    try await probes.report(tenant, failure: failure, lease: lease)
  }
}
