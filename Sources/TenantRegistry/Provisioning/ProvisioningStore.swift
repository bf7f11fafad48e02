import Foundation
import PostgresClient
import Tenancy

/// Looks before a tenant is registered, and registers it.
struct ProvisioningStore: Sendable {
  /// The registry's, as the owner.
  let database: PostgresDatabase

  /// In one round trip. Throws SQLSTATE 22023 if Postgres does not know the time zone.
  func snapshot(of registration: TenantRegistration) async throws -> ProvisioningSnapshot {
    let results = try await database.read(
      "select from registry.hosts where name = \(registration.slug)",
      """
      select current_setting('server_version_num')::integer, current_database(),
        (select coalesce(max(id), 0) + 1 from registry.cells),
        now() at time zone \(registration.timeZone)
      """,
      """
      select c.id, c.login, c.key_version, n.id, n.name, n.host, n.port, n.is_gated,
        (select count(*) from registry.tenants t where t.cell_id = c.id)
      from registry.cells c join registry.known_nodes n on n.id = c.node_id
      where n.host is null or not \(Self.mustBeHere(registration)) order by c.id desc limit 1
      """,
      MasterKeyStore.read)
    let facts = results[1][0]
    let cell = results[2].first
    return ProvisioningSnapshot(
      isTaken: !results[0].isEmpty,
      serverVersion: try facts.decode(0), databaseName: try facts.decode(1),
      newestCell: try cell.map { try Cell($0) }, nextCellID: try facts.decode(2),
      newestCellCount: try cell?.decode(8) ?? 0,
      masterKeys: try MasterKeyStore.decode(results[3]))
  }

  /// The tenant that holds the slug, now or as an alias.
  func tenant(slug: String) async throws -> RegisteredTenant? {
    try await TenantStore(database: database).tenant(slug: slug)
  }

  /// The first names that no older tenant holds.
  func freeNames(for slug: String, roles: DatabaseRoles) async throws -> TenantNames {
    let names = TenantNames(slug: slug, number: 1, roles: roles)
    let number: Int = try await database.query(
      """
      with recursive number (n) as (
        select 1
        union all
        select n + 1 from number
        where exists (select from registry.tenants where schema_name
            = \(names.schema) || case when n > 1 then '__' || n else '' end)
          or exists (select from registry.tenants where namespace
            = \(names.namespace) || case when n > 1 then '-' || n else '' end))
      select max(n) from number
      """)[0].decode(0)
    return TenantNames(slug: slug, number: number, roles: roles)
  }

  /// The node that the next cell goes to.
  func serverOfNextCell(for registration: TenantRegistration) async throws -> DatabaseServer {
    let row = try await database.query(
      """
      select n.id, n.name, n.host, n.port, n.is_gated
      from registry.known_nodes n
      where n.host is null or not \(Self.mustBeHere(registration))
      order by (select count(*) from registry.cells c where c.node_id = n.id), n.id desc limit 1
      """)[0]
    return try DatabaseServer(row, from: 0)
  }

  /// The node that the cell is on.
  func server(ofCell cell: Int) async throws -> DatabaseServer {
    let row = try await database.query(
      """
      select n.id, n.name, n.host, n.port, n.is_gated
      from registry.cells c join registry.known_nodes n on n.id = c.node_id
      where c.id = \(cell)
      """)[0]
    return try DatabaseServer(row)
  }

  /// Writes down that an admin has invited the tenant's owner.
  func logOwnerInvitation(_ tenant: RegisteredTenant, actor: String) async throws(PostgresError) {
    _ = try await database.transaction([
      """
      insert into registry.audit_log (actor, action, tenant_id, details)
      values (\(actor), 'tenant.invite-owner', \(tenant.tenant.id.uuid), '{}'::jsonb)
      """
    ])
  }

  /// A dedicated tenant's login reads the registry, so that it is on the same server.
  private static func mustBeHere(_ registration: TenantRegistration) -> Bool {
    registration.isolation == .dedicated
  }

  /// Carries the plan out, as far as it is the registry's node's, all or nothing, in one round trip.
  func carryOut(_ plan: ProvisioningPlan) async throws -> RegisteredTenant {
    try await row(of: plan.statements)
  }

  /// The tenants whose schema on another node is still to be made.
  func unfinished() async throws -> [UnfinishedTenant] {
    try await database.query(
      """
      select t.id, h.name, t.schema_name, t.gate_digest, c.id, c.login, c.key_version, n.id,
        n.name, n.host, n.port, n.is_gated
      from registry.tenants t
      join registry.hosts h on h.tenant_id = t.id and h.kind = 'slug'
      join registry.cells c on c.id = t.cell_id
      join registry.known_nodes n on n.id = c.node_id
      where t.state = 'provisioning' order by h.name
      """
    ).map {
      UnfinishedTenant(
        id: TenantID(try $0.decode(0, as: UUID.self)), slug: try $0.decode(1),
        schema: try $0.decode(2), policyDigest: try $0.decodeIfPresent(3),
        cell: try Cell($0, from: 4))
    }
  }

  /// Has the tenant served, now that its schema is at `schemaVersion`.
  func activate(_ tenant: UnfinishedTenant, schemaVersion: Int) async throws -> RegisteredTenant {
    try await row(of: [
      """
      update registry.tenants set state = 'active', schema_version = \(schemaVersion)
      where id = \(tenant.id.uuid) and state = 'provisioning'
      """,
      "set constraints all immediate",
      TenantStore.byName(tenant.slug),
    ])
  }

  /// The schemas of the tenants on another node.
  func schemas(on server: DatabaseServer) -> ServerSchemaStore {
    ServerSchemaStore(database: database.on(server))
  }

  private func row(of statements: [PostgresQuery]) async throws -> RegisteredTenant {
    let results = try await database.transaction(statements)
    guard let rows = results.last, let row = try rows.first.map({ try RegisteredTenant($0) }) else {
      throw PostgresError(code: .decoding, detail: "the new tenant is not there")
    }
    return row
  }
}

/// What the database says before a tenant is registered.
struct ProvisioningSnapshot: Sendable {
  /// Whether a tenant holds the slug already, now or as an alias.
  let isTaken: Bool
  /// `server_version_num`.
  let serverVersion: Int
  let databaseName: String
  let newestCell: Cell?
  /// The number of the next cell. Of those that make it at the same moment, one does, and the others
  /// look again.
  let nextCellID: Int
  /// How many tenants the newest cell has.
  let newestCellCount: Int
  /// The master keys that the registry was made with.
  let masterKeys: [MasterKeyCheck]
}

/// A tenant that the registry has, and whose schema on another node may not be there yet.
struct UnfinishedTenant: Sendable {
  let id: TenantID
  let slug: String
  let schema: String
  /// Of the policy that its tables are to have, if any.
  let policyDigest: [UInt8]?
  let cell: Cell
}
