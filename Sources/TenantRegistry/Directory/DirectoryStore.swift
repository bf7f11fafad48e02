import PostgresClient

/// Reads what shared gateways need of the registry, as the reader.
struct DirectoryStore: DirectorySource {
  let database: PostgresDatabase
  let masterKeys: MasterKeys

  /// In one round trip and one snapshot.
  ///
  /// - Throws: ``MasterKeyError``; ``PostgresError``.
  func changes(since revision: Int64) async throws -> DirectoryChanges {
    let results = try await database.transaction([
      "set transaction isolation level repeatable read, read only",
      "select value from registry.revision",
      """
      select c.id, c.login, c.key_version, n.id, n.name, n.host, n.port, n.is_gated
      from registry.cells c join registry.known_nodes n on n.id = c.node_id
      where c.revision > \(revision)
      """,
      """
      select \(sql: StoredTenant.columns) from \(sql: StoredTenant.tables)
      where t.revision > \(revision)
      """,
      """
      select h.tenant_id, h.name, h.kind from registry.hosts h
      join registry.tenants t on t.id = h.tenant_id where t.revision > \(revision)
      """,
      """
      select s.tenant_id, s.kid, k.state, extract(epoch from k.expires_at)::bigint,
        s.credential, s.key_version, s.sealed
      from registry.sealed_keys s
      join registry.signing_keys k on k.kid = s.kid
      join registry.tenants t on t.id = s.tenant_id
      where t.revision > \(revision) and s.credential is null and k.state <> 'revoked'
      """,
      MasterKeyStore.read,
    ])
    try masterKeys.verify(MasterKeyStore.decode(results[6]))
    return DirectoryChanges(
      revision: try results[1][0].decode(0),
      cells: try results[2].map { try Cell($0) },
      tenants: try results[3].map { try StoredTenant($0) },
      hosts: try DirectoryRows.hosts(results[4]),
      signingKeys: try DirectoryRows.signingKeys(results[5]))
  }
}
