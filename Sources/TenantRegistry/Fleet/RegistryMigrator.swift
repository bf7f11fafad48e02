import PostgresClient

/// Brings the registry's own schema up to date.
public struct RegistryMigrator: Sendable {
  private static let ledger = MigrationLedger(schema: "registry")

  private let database: PostgresDatabase
  private let migrations: Migrations
  private let tenantMigrations: Migrations
  private let roles: DatabaseRoles
  private let patience: Duration

  /// - Parameters:
  ///   - database: the registry's, as the owner; as the reader it can only be asked what is missing.
  ///   - roles: what the owner and the reader are called.
  public init(
    database: PostgresDatabase, tenantMigrations: Migrations, roles: DatabaseRoles = .standard
  ) {
    self.init(
      database: database, migrations: RegistryMigrations.all, tenantMigrations: tenantMigrations,
      roles: roles)
  }

  /// - Parameter patience: how long to go on trying while somebody else uses the tables; longer
  ///   than transactions of tenants' logins may take.
  init(
    database: PostgresDatabase, migrations: Migrations, tenantMigrations: Migrations,
    roles: DatabaseRoles = .standard, patience: Duration = .seconds(120)
  ) {
    self.database = database
    self.migrations = migrations
    self.tenantMigrations = tenantMigrations
    self.roles = roles
    self.patience = patience
  }

  /// Runs the migrations that are missing, all or none but for those that do not fit into a
  /// transaction (``Migration/Form``); of several callers at once, one does the work. It also records
  /// the checksums of the tenants' migrations.
  ///
  /// Whoever reads a table that a migration waits for waits behind it. So a migration gives way
  /// after half a second, and tries again for two minutes. Sessions of tenants' logins that it waits
  /// for are ended.
  ///
  /// - Returns: the numbers of the registry's migrations that ran.
  /// - Throws: ``MigrationError`` if a released migration was changed, if the database needs a
  ///   newer build, or if the tables are never free; ``PostgresError``.
  @discardableResult
  public func migrate() async throws -> [Int] {
    let deadline = ContinuousClock.now + patience
    while true {
      do {
        return try await migrateUnhindered()
      } catch let error as PostgresError where error.sqlState == "23505" {
        // Somebody else has just made the ledger.
        guard ContinuousClock.now < deadline else { throw error }
      } catch let error as PostgresError where error.sqlState == "55P03" {
        guard ContinuousClock.now < deadline else { throw MigrationError.tablesInUse }
        try await Task.sleep(for: .seconds(1))
      }
    }
  }

  /// Migrates, and beside that ends the sessions of tenants' logins that it waits for.
  private func migrateUnhindered() async throws -> [Int] {
    try await withThrowingTaskGroup(of: [Int]?.self) { group in
      group.addTask { try await migrateOnce() }
      group.addTask {
        let sessions = TenantSessionStore(database: database)
        do {
          try await Task.sleep(for: .milliseconds(200))
          // Fails where there are no credentials yet.
          _ = try await sessions.joinLogins()
          while true {
            try await sessions.endBlockers()
            try await Task.sleep(for: .milliseconds(50))
          }
        } catch { return nil }
      }
      defer { group.cancelAll() }
      while let done = try await group.next() {
        if let done { return done }
      }
      return []
    }
  }

  private func migrateOnce() async throws -> [Int] {
    var done: [Int] = []
    while true {
      let (ran, next) = try await migrateInTransaction()
      done += ran
      guard let next else { return done }
      try await StepwiseMigration(
        naming(next), of: "registry", target: "registry", in: database
      ).run()
      _ = try await database.query(Self.ledger.record(next, of: "registry"))
      done.append(next.number)
    }
  }

  /// Runs what is missing, as far as it fits into one transaction.
  ///
  /// - Returns: the numbers of what ran, and the migration after that, if there is one.
  private func migrateInTransaction() async throws -> (ran: [Int], next: Migration?) {
    try await database.withTransaction { transaction in
      try await transaction.query(["set local lock_timeout = '500ms'"] + Self.ledger.open)
      let (own, tenant) = try pending(in: try await transaction.query(Self.ledger.read))
      let part = own.prefix { $0.form == .transaction }
      let queries =
        part.flatMap { naming($0).statements.map(PostgresQuery.init(unsafeSQL:)) }
        + part.map { Self.ledger.record($0, of: "registry") }
        + tenant.map { Self.ledger.record($0, of: TenantSchemaSQL.target) }
      if !queries.isEmpty { try await transaction.query(queries) }
      return (part.map(\.number), own.dropFirst(part.count).first)
    }
  }

  /// The migration as it runs here. The ledger has the checksum of the text as it is written,
  /// whatever the roles are called.
  private func naming(_ migration: Migration) -> Migration {
    Migration(
      number: migration.number, name: migration.name, needs: migration.needs,
      form: migration.form, statements: migration.statements.map(roles.naming))
  }

  /// The numbers of the registry's migrations that are missing; all of them where there is no
  /// registry.
  ///
  /// - Throws: as ``migrate()``.
  public func pending() async throws -> [Int] {
    do {
      return try pending(in: try await database.query(Self.ledger.read)).own.map(\.number)
    } catch let error as PostgresError where error.sqlState == "42P01" {
      return migrations.map(\.number)
    }
  }

  private func pending(in ledger: PostgresRows) throws -> (own: [Migration], tenant: [Migration]) {
    (
      try Self.ledger.pending(of: migrations, target: "registry", in: ledger),
      try Self.ledger.pending(
        of: tenantMigrations, target: TenantSchemaSQL.target, in: ledger)
    )
  }
}
