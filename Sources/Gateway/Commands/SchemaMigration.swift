import Logging
import PostgresClient
import TenantRegistry

/// Brings the registry's schema and those of all tenants up to date.
struct SchemaMigration: Sendable {
  /// The registry's database as its owner.
  let owner: PostgresDatabase
  /// What the roles of this installation are called.
  var roles = DatabaseRoles.standard
  /// How many tenants are migrated at a time.
  var parallel = 4

  /// - Returns: how many of the registry's migrations ran, and what came of the tenants'.
  func run() async throws -> (registry: Int, tenants: TenantMigrator.Report) {
    try await DatabaseEncoding.requireUTF8(owner)
    let registry = try await RegistryMigrator(
      database: owner, tenantMigrations: TenantModules.migrations, roles: roles
    ).migrate()
    let tenants = try await TenantMigrator(
      owner: owner, migrations: TenantModules.migrations, logger: Logger(label: "migrate")
    ).migrate(parallel: parallel)
    return (registry.count, tenants)
  }
}

extension PostgresClientConfiguration {
  /// For what runs migrations: the server bounds each statement in a tenant's schema, and many of
  /// them travel together, for which the deadline of one request is no measure.
  ///
  /// - Parameter parallel: how many tenants are migrated at a time. Each has a connection to the
  ///   registry's node, and one to its own if that is another.
  func forMigrations(parallel: Int) -> PostgresClientConfiguration {
    var copy = self
    copy.statementTimeout = .seconds(3600)
    copy.maximumConnections = 2 * parallel + 1
    copy.maximumConnectionsPerScope = copy.maximumConnections
    copy.queueTimeout = .seconds(60)
    return copy
  }
}
