import Foundation
import PostgresClient
import Tenancy

/// Reads and changes what is known of a tenant's deployment, as the owner.
struct DeploymentStore: Sendable {
  let database: PostgresDatabase

  /// Runs `body` in a transaction that has locked the tenant.
  ///
  /// - Returns: nil if no tenant holds the slug.
  func withLockedTenant<R: Sendable>(
    of slug: String, _ body: (PostgresTransaction, DeploymentSnapshot) async throws -> R
  ) async throws -> R? {
    try await database.withTransaction { transaction in
      guard let row = try await transaction.query(Self.lock(slug)).first else { return nil }
      var snapshot = try Self.tenant(row)
      let rows = try await transaction.query([
        Self.credentials(snapshot.tenant), Self.copies(snapshot.tenant), MasterKeyStore.read,
        GatewayLeaseStore.pending(snapshot.revision, snapshot.tenant),
        UpstreamProbeStore.gateways(snapshot.tenant),
        UpstreamProbeStore.draining(snapshot.revision),
      ])
      snapshot.credentials = try rows[0].map(Self.credential)
      snapshot.copies = try rows[1].map { try DirectoryRows.signingKey($0, snapshot.tenant) }
      snapshot.masterKeys = try MasterKeyStore.decode(rows[2])
      snapshot.unacknowledged = try rows[3].map(Self.name)
      snapshot.gateways = try rows[4].map(UpstreamProbeStore.gateway)
      snapshot.draining = try rows[5].map(Self.name)
      snapshot.cutOff = try rows[5].filter { try $0.decode(1) }.map(Self.name)
      return try await body(transaction, snapshot)
    }
  }

  /// Why the tenant can have no deployment of its own; nil if it can, or if there is none.
  func refusal(of slug: String) async throws -> String? {
    try await database.query(
      """
      select 'it is on the node ' || n.name
        || ', and its own login would read the registry on another'
      from registry.tenants t
      join registry.cells c on c.id = t.cell_id
      join registry.nodes n on n.id = c.node_id
      where t.id = (select tenant_id from registry.hosts
          where name = \(slug) and kind in ('slug', 'alias'))
        and n.host is not null
      """
    ).first?.decode(0)
  }

  /// What became of the login of revoked credentials.
  enum Removal: Sendable {
    case dropped
    /// Another caller dropped it at the same time.
    case gone
    case failed(any Error)
  }

  /// Takes all that they could do from the logins of revoked credentials, ends their sessions, and
  /// then drops them: each on its own, so that one that cannot be dropped keeps nothing, and holds
  /// up no other.
  func removeRevoked() async throws -> [(login: String, removal: Removal)] {
    let logins: [(String, String)] = try await database.query(CredentialSQL.revokedLogins).map {
      (try $0.decode(0), try $0.decode(1))
    }
    var closed: [String: any Error] = [:]
    for (login, database) in logins {
      do { try await close(login, in: database) } catch { closed[login] = error }
    }
    var removals: [(String, Removal)] = []
    for (login, _) in logins {
      do {
        removals.append((login, try await drop(login) ? .dropped : .gone))
      } catch {
        removals.append((login, .failed(closed[login] ?? error)))
      }
      try Task.checkCancellation()
    }
    return removals
  }

  private func close(_ login: String, in name: String) async throws {
    _ = try await database.transaction([
      LoginSQL.lockSharedPrivileges, LoginSQL.revokeConnect(on: name, from: login),
    ])
    // A login may change its own row, its password for one, and keep the transaction open: nobody
    // else can change the row until the session is ended.
    _ = try? await database.query(LoginSQL.join(login))
    _ = try? await database.query(LoginSQL.endSessions(of: login))
    _ = try await database.transaction(
      [LoginSQL.lockSharedPrivileges] + LoginSQL.revokeAll(from: login))
    _ = try await database.query(LoginSQL.endSessions(of: login))
  }

  private func drop(_ login: String) async throws -> Bool {
    while try await !database.query(LoginSQL.removeLargeObjects(of: login)).isEmpty {}
    return try await database.withTransaction { transaction in
      try await transaction.query(LoginSQL.lockSharedPrivileges)
      guard try await !transaction.query(CredentialSQL.delete(login)).isEmpty else { return false }
      try await transaction.query(LoginSQL.drop(login))
      return true
    }
  }

  /// The slugs of tenants with credentials that newer ones have taken the place of.
  func superseded() async throws -> [String] {
    let rows = try await database.transaction([CredentialSQL.noteReady, CredentialSQL.superseded])
    return try rows[1].map { try $0.decode(0) }
  }

  /// A gateway's own name for itself, which anything can be.
  private static func name(_ row: PostgresRow) throws -> String {
    try row.decode(0, as: String.self).withoutLayoutControls
  }

  private static func lock(_ slug: String) -> PostgresQuery {
    """
    select t.id, h.name, t.schema_name, c.login, t.isolation, t.served_by,
      (extract(epoch from clock_timestamp() - t.served_since) * 1000)::bigint, t.revision,
      t.credential_count, exists (
        select from pg_catalog.pg_auth_members m
        where m.roleid = to_regrole(quote_ident(t.schema_name))
          and m.member = to_regrole(quote_ident(c.login))),
      current_setting('server_version_num')::integer, current_database(), t.gate_digest
    from registry.tenants t
    join registry.cells c on c.id = t.cell_id
    join registry.hosts h on h.tenant_id = t.id and h.kind = 'slug'
    where t.id = (select tenant_id from registry.hosts
      where name = \(slug) and kind in ('slug', 'alias')) and t.state <> 'deleted'
    for update of t
    """
  }

  private static func tenant(_ row: PostgresRow) throws -> DeploymentSnapshot {
    DeploymentSnapshot(
      tenant: TenantID(try row.decode(0, as: UUID.self)), slug: try row.decode(1),
      schema: try row.decode(2), cellLogin: try row.decode(3), isolation: try row.decodeCase(4),
      servedBy: try row.decodeCase(5),
      servedFor: .milliseconds(try row.decode(6, as: Int64.self)), revision: try row.decode(7),
      credentialCount: try row.decode(8), isGrantedToCell: try row.decode(9),
      serverVersion: try row.decode(10), databaseName: try row.decode(11),
      policyDigest: try row.decodeIfPresent(12))
  }

  private static func credentials(_ tenant: TenantID) -> PostgresQuery {
    """
    select c.number, c.login, c.key_version, c.revoked_at is not null, exists (
      select from registry.live_leases l
      where l.tenant_id = c.tenant_id and l.credential = c.number and l.revision > 0)
    from registry.credentials c where c.tenant_id = \(tenant.uuid) order by c.number
    """
  }

  private static func credential(_ row: PostgresRow) throws -> DeploymentSnapshot.Credential {
    .init(
      number: try row.decode(0), login: try row.decode(1), keyVersion: try row.decode(2),
      isRevoked: try row.decode(3), isReady: try row.decode(4))
  }

  private static func copies(_ tenant: TenantID) -> PostgresQuery {
    """
    select s.tenant_id, s.kid, k.state, extract(epoch from k.expires_at)::bigint, s.credential,
      s.key_version, s.sealed
    from registry.sealed_keys s join registry.signing_keys k on k.kid = s.kid
    where s.tenant_id = \(tenant.uuid) and k.state <> 'revoked'
    """
  }
}

/// The statements on a tenant's row and in the audit log when its deployment changes.
enum DeploymentSQL {
  static func choose(_ isolation: TenantRecord.Isolation, for tenant: TenantID) -> PostgresQuery {
    "update registry.tenants set isolation = \(isolation.rawValue) where id = \(tenant.uuid)"
  }

  static func flip(to side: TenantRecord.Isolation, for tenant: TenantID) -> PostgresQuery {
    """
    update registry.tenants set served_by = \(side.rawValue), served_since = clock_timestamp()
    where id = \(tenant.uuid)
    """
  }

  static func log(
    _ action: String, of tenant: TenantID, by actor: String, _ details: [String: String]
  ) -> PostgresQuery {
    """
    insert into registry.audit_log (actor, action, tenant_id, details)
    values (\(actor), \(action), \(tenant.uuid),
      jsonb_object(\(Array(details.keys)), \(Array(details.values))))
    """
  }
}
