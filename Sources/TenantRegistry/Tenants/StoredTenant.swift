import Foundation
import PostgresClient
import Tenancy

/// A tenant as the registry has it. Gateways serve by it, and admins are shown it.
public struct StoredTenant: Sendable, Equatable {
  public let tenant: Tenant
  public let state: TenantRecord.State
  /// What was asked for.
  public let isolation: TenantRecord.Isolation
  /// The deployment that serves the tenant now; while it moves, not the one that was asked for.
  public let servedBy: TenantRecord.Isolation
  /// Also the name of its role.
  public let schema: String
  /// The Kubernetes namespace that is, or would be, the tenant's own.
  public let namespace: String
  /// The cell whose login reaches the tenant.
  public let cell: Int
  /// The number of the last tenant migration that its schema has.
  public let schemaVersion: Int
  public let limits: TenantLimits
  /// The revision of the registry in which the tenant, its hosts or its keys last changed.
  public let revision: Int64
  /// The version of the master key that the key to its rows is derived from, if its
  /// tables have one.
  let policyKeyVersion: Int?

  @inlinable public var role: String { schema }

  /// The columns of ``init(_:)``.
  static let columns: StaticString = """
    id, h.name as slug, display_name, state, isolation, served_by, schema_name, namespace, cell_id,
      time_zone, currency, registration, schema_version, revision, gate_version, connections,
      queue, body_bytes, requests_per_second
    """

  /// Where ``columns`` are.
  static let tables: StaticString = """
    registry.tenants t
    join registry.hosts h on h.tenant_id = t.id and h.kind = 'slug'
    left join registry.limits l on l.tenant_id = t.id
    """

  /// Where ``columns`` are for a tenant's own login, which needs no key.
  static let ownTables: StaticString = """
    (select *, null::integer as gate_version from registry.own_tenant) t
    join registry.own_hosts h on h.tenant_id = t.id and h.kind = 'slug'
    """

  public init(
    tenant: Tenant, state: TenantRecord.State, isolation: TenantRecord.Isolation,
    servedBy: TenantRecord.Isolation, schema: String, namespace: String, cell: Int,
    schemaVersion: Int, limits: TenantLimits, revision: Int64, policyKeyVersion: Int? = nil
  ) {
    self.tenant = tenant
    self.state = state
    self.isolation = isolation
    self.servedBy = servedBy
    self.schema = schema
    self.namespace = namespace
    self.cell = cell
    self.schemaVersion = schemaVersion
    self.limits = limits
    self.revision = revision
    self.policyKeyVersion = policyKeyVersion
  }

  init(_ row: PostgresRow) throws(PostgresError) {
    self.init(
      tenant: Tenant(
        id: TenantID(try row.decode("id", as: UUID.self)), slug: try row.decode("slug"),
        displayName: try row.decode("display_name"), timeZone: try row.decode("time_zone"),
        currency: try row.decode("currency"), registration: try row.decodeCase("registration")),
      state: try row.decodeCase("state"), isolation: try row.decodeCase("isolation"),
      servedBy: try row.decodeCase("served_by"), schema: try row.decode("schema_name"),
      namespace: try row.decode("namespace"), cell: try row.decode("cell_id"),
      schemaVersion: try row.decode("schema_version"), limits: try TenantLimits(row),
      revision: try row.decode("revision"),
      policyKeyVersion: try row.decodeIfPresent("gate_version"))
  }
}
