import Tenancy

extension TenantDirectory {
  /// The tenants that are to move to a deployment of their own, which runs.
  ///
  /// - Throws: ``PostgresError``.
  public func tenantsOnTrial() async throws -> [TenantRecord] {
    try await trials.tenants().compactMap(record)
  }

  /// Tells whoever moves the tenant whether this process reaches the tenant's deployment.
  ///
  /// - Parameter fault: why it does not, in a few words; nil if it does.
  /// - Throws: ``PostgresError``.
  public func report(_ tenant: TenantID, fault: String?) async throws {
    try await trials.report(tenant, fault: fault, lease: lease)
  }
}
