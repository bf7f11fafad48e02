import PostgresClient

/// Brings the registry's own schema up to date.
public struct RegistryMigrator: Sendable {
  private let database: PostgresDatabase
  private let tenantMigrations: [Migration]
  private let roles: DatabaseRoles

  /// - Parameters:
  ///   - database: the registry's, as the owner; as the reader it can only be asked what is missing.
  ///   - roles: what the owner and the reader are called.
  public init(
    database: PostgresDatabase, tenantMigrations: [Migration], roles: DatabaseRoles = .standard
  ) {
    self.database = database
    self.tenantMigrations = tenantMigrations
    self.roles = roles
  }

  /// Runs the migrations that are missing, all or none; of several callers at once, one does the
  /// work. It also records the checksums of the tenants' migrations.
  ///
  /// - Returns: the numbers of the registry's migrations that ran.
  /// - Throws: ``MigrationError`` if a released migration was changed, or if the database needs a
  ///   newer build; ``PostgresError``.
  @discardableResult
  public func migrate() async throws -> [Int] {
    do {
      return try await migrateOnce()
    } catch let error as PostgresError where error.sqlState == "23505" {
      // Somebody else has just made the ledger.
      return try await migrateOnce()
    }
  }

  private func migrateOnce() async throws -> [Int] {
    try await database.withTransaction { transaction in
      try await transaction.query(MigrationLedger.open)
      let (own, tenant) = try pending(in: try await transaction.query(MigrationLedger.read))
      let queries =
        own.flatMap(apply) + own.map { MigrationLedger.record($0, of: .registry) }
        + tenant.map { MigrationLedger.record($0, of: .tenant) }
      if !queries.isEmpty { try await transaction.query(queries) }
      return own.map(\.number)
    }
  }

  /// The checksum is that of the text as it is written, whatever the roles are called here.
  private func apply(_ migration: Migration) -> [PostgresQuery] {
    migration.statements.map { PostgresQuery(unsafeSQL: roles.naming($0)) }
  }

  /// The numbers of the registry's migrations that are missing; all of them where there is no
  /// registry.
  ///
  /// - Throws: as ``migrate()``.
  public func pending() async throws -> [Int] {
    do {
      return try pending(in: try await database.query(MigrationLedger.read)).own.map(\.number)
    } catch let error as PostgresError where error.sqlState == "42P01" {
      return RegistryMigrations.all.map(\.number)
    }
  }

  private func pending(in ledger: PostgresRows) throws -> (own: [Migration], tenant: [Migration]) {
    (
      try MigrationLedger.history(of: .registry, in: ledger).pending(of: RegistryMigrations.all),
      try MigrationLedger.history(of: .tenant, in: ledger).pending(of: tenantMigrations)
    )
  }
}
