import Foundation
import PostgresClient

/// Migrates one tenant's schema at a time.
struct TenantMigrationStore: Sendable {
  struct Target: Sendable {
    let id: UUID
    let slug: String
    let schema: String
    /// Of the policy that its tables have, if any.
    let policyDigest: [UInt8]?
    let hasOwnLogins: Bool
    let cell: Cell
  }

  let database: PostgresDatabase

  /// The tenants whose schema is not at `version` yet.
  func tenants(behind version: Int) async throws -> [Target] {
    try await database.query(
      """
      select t.id, h.name, t.schema_name, t.gate_digest, c.id, c.login, c.key_version, n.id,
        n.name, n.host, n.port, n.is_gated, t.credential_count > 0
      from registry.tenants t
      join registry.hosts h on h.tenant_id = t.id and h.kind = 'slug'
      join registry.cells c on c.id = t.cell_id
      join registry.known_nodes n on n.id = c.node_id
      where t.schema_version < \(version) and t.state not in ('deleted', 'provisioning')
      order by h.name
      """
    ).map {
      Target(
        id: try $0.decode(0), slug: try $0.decode(1), schema: try $0.decode(2),
        policyDigest: try $0.decodeIfPresent(3), hasOwnLogins: try $0.decode(12),
        cell: try Cell($0, from: 4))
    }
  }

  /// Whether the schema of the tenant whose login asks is not at `version` yet.
  func ownTenantIsBehind(_ version: Int) async throws -> Bool {
    try await !database.query(
      "select from registry.own_tenant where schema_version < \(version)"
    ).isEmpty
  }

  /// Runs what the tenant lacks: as much as fits into a transaction at a time, all or nothing, and
  /// what does not step by step. Whoever comes second finds nothing to do.
  func migrate(_ tenant: Target, with migrations: Migrations) async throws {
    while let next = try await migrateInTransaction(tenant, with: migrations) {
      try await StepwiseMigration(
        next, of: tenant.schema, target: TenantSchemaSQL.target, in: place(of: tenant)
      ).run()
      _ = try await database.query(
        """
        update registry.tenants set schema_version = \(next.number)
        where id = \(tenant.id) and schema_version = \(next.number - 1)
        """)
    }
  }

  /// Runs what the tenant lacks, as far as it fits into one transaction.
  ///
  /// - Returns: the migration after that, if there is one.
  private func migrateInTransaction(
    _ tenant: Target, with migrations: Migrations
  ) async throws -> Migration? {
    try await database.withTransaction { transaction in
      let rows = try await transaction.query(
        "select schema_version from registry.tenants where id = \(tenant.id) for update")
      let missing = migrations.dropFirst(try rows[0].decode(0, as: Int.self))
      let part = missing.prefix { $0.form == .transaction }
      guard let last = part.last else { return missing.first }
      if tenant.cell.server.address == nil {
        try await transaction.query(
          TenantSchemaSQL.enter(tenant.schema) + TenantSchemaSQL.apply(part)
            + TenantSchemaSQL.open(
              tenant.schema, policyDigest: tenant.policyDigest, hasOwnLogins: tenant.hasOwnLogins))
      } else {
        // The row stays locked meanwhile, so that no other migrator is at the same schema.
        try await ServerSchemaStore(database: place(of: tenant)).migrate(
          tenant.schema, in: tenant.cell, policyDigest: tenant.policyDigest, migrations: part)
      }
      try await transaction.query(
        """
        update registry.tenants set schema_version = \(last.number) where id = \(tenant.id)
        """)
      return missing.dropFirst(part.count).first
    }
  }

  private func place(of tenant: Target) -> PostgresDatabase { database.on(tenant.cell.server) }
}
