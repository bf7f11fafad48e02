import Foundation
import PostgresClient
import Tenancy

/// Where a directory reads from.
protocol DirectorySource: Sendable {
  /// What changed after `revision`.
  ///
  /// - Throws: ``MasterKeyError`` or ``CredentialError`` if this process holds the wrong
  ///   keys, so that it must end; ``PostgresError``.
  func changes(since revision: Int64) async throws -> DirectoryChanges
}

/// What changed in the registry since a revision, all read at one moment.
struct DirectoryChanges: Sendable {
  struct Host: Sendable, Equatable {
    enum Kind: String, Sendable {
      case slug, alias, domain
    }

    let name: String
    let kind: Kind
  }

  /// The revision that these changes lead to.
  let revision: Int64
  let cells: [Cell]
  let tenants: [StoredTenant]
  /// All hosts of those tenants.
  let hosts: [TenantID: [Host]]
  /// The copies that this process may open, of all live signing keys of those tenants.
  let signingKeys: [TenantID: [SealedSigningKey]]
}

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

/// Reads the rows that a directory is made of, from the registry's tables or from a dedicated
/// tenant's own views.
enum DirectoryRows {
  static func hosts(_ rows: PostgresRows) throws -> [TenantID: [DirectoryChanges.Host]] {
    try byTenant(rows) { row, _ in .init(name: try row.decode(1), kind: try row.decodeCase(2)) }
  }

  static func signingKeys(_ rows: PostgresRows) throws -> [TenantID: [SealedSigningKey]] {
    try byTenant(rows, signingKey)
  }

  static func signingKey(_ row: PostgresRow, _ tenant: TenantID) throws -> SealedSigningKey {
    SealedSigningKey(
      tenant: tenant, kid: try row.decode(1), state: try row.decodeCase(2),
      expires: try row.decodeIfPresent(3),
      holder: KeyHolder(credential: try row.decodeIfPresent(4)), keyVersion: try row.decode(5),
      sealed: try row.decode(6))
  }

  /// Groups rows by the tenant id in their first column.
  private static func byTenant<Value>(
    _ rows: PostgresRows, _ value: (PostgresRow, TenantID) throws -> Value
  ) throws -> [TenantID: [Value]] {
    var values: [TenantID: [Value]] = [:]
    for row in rows {
      let tenant = TenantID(try row.decode(0, as: UUID.self))
      values[tenant, default: []].append(try value(row, tenant))
    }
    return values
  }
}
