import PostgresClient

/// Reads what a dedicated tenant's own process needs of the registry, through the views that show
/// a login its own tenant's rows alone.
struct OwnTenantStore: DirectorySource {
  let database: PostgresDatabase
  let credentials: TenantCredentials

  /// - Throws: ``CredentialError``; ``PostgresError``.
  func changes(since revision: Int64) async throws -> DirectoryChanges {
    let results = try await read()
    let tenants = try results[1].map { try StoredTenant($0) }
    let keys = try DirectoryRows.signingKeys(results[3])
    try credentials.check(tenants: tenants.map(\.tenant.id), keys: keys.values.flatMap(\.self))
    return DirectoryChanges(
      revision: tenants.map(\.revision).max() ?? 0, cells: [], tenants: tenants,
      hosts: try DirectoryRows.hosts(results[2]), signingKeys: keys)
  }

  private func read() async throws -> [PostgresRows] {
    do throws(PostgresError) {
      return try await database.transaction(Self.queries)
    } catch {
      // A login of another kind.
      guard error.sqlState == "42501" else { throw error }
      throw CredentialError(description: "the login \(credentials.login.user) is no tenant's")
    }
  }

  private static let queries: [PostgresQuery] = [
    "set transaction isolation level repeatable read, read only",
    "select \(sql: StoredTenant.columns) from \(sql: StoredTenant.ownTables)",
    "select tenant_id, name, kind from registry.own_hosts",
    """
    select tenant_id, kid, state, expires, credential, key_version, sealed
    from registry.own_signing_keys
    """,
  ]
}
