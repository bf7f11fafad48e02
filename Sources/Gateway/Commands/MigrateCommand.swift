import ArgumentParser
import Glibc
import Logging
import PostgresClient
import TenantRegistry

struct MigrateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "migrate",
    abstract: "Bring the registry's schema and those of all tenants up to date.",
    discussion: """
      It migrates each tenant by itself. A tenant that fails stops no other. Its requests get 503 \
      until it is migrated, and the command names it at the end.

      Reads the TERRACE_DATABASE_… keys, TERRACE_ROLE_PREFIX and TERRACE_OWNER_PASSWORD; with \
      --wait, TERRACE_READER_PASSWORD is enough, or a dedicated tenant's own credentials.

      With --wait-for-database it begins once the server can be reached. A refused login ends it at \
      once.
      """)

  @Option(help: "How many tenants to migrate at a time.")
  var parallel = 4

  @Flag(
    help: """
      Change nothing, and wait for another `terrace migrate`, however long it takes. Ends half a \
      minute after the last tenant that it could migrate. For pods that must not start before.
      """)
  var wait = false

  @OptionGroup var databaseWait: DatabaseWait

  func validate() throws {
    guard (1...64).contains(parallel) else {
      throw ValidationError("--parallel must be a number from 1 to 64")
    }
  }

  func run() async throws {
    // As the first process of a container it would not end by a signal that it does not handle.
    signal(SIGTERM) { _ in _exit(128 + SIGTERM) }
    let source = try ConfigurationSource()
    if wait { try await SchemaWait(source).run() } else { try await migrate(source) }
  }

  private func migrate(_ source: ConfigurationSource) async throws {
    let database = try DatabaseConfiguration(source)
    let owner = database.owner(password: try source.requiredSecret(.ownerPassword))
    let (registry, tenants) = try await withPostgresClient(
      PostgresClientConfiguration(source).forMigrations(parallel: parallel), to: owner,
      of: database.roles, waiting: databaseWait
    ) {
      try await SchemaMigration(
        owner: $0.database(owner), roles: database.roles, parallel: parallel
      ).run()
    }
    try printOutput("registry: \(registry == 0 ? "up to date" : "\(registry) migrations run")")
    try printOutput(
      "tenants: \(tenants.migrated.count) migrated, \(tenants.failed.count) failed")
    for (slug, reason) in tenants.failed.sorted(by: { $0.key < $1.key }) {
      printError("\(slug): \(reason)")
    }
    if !tenants.failed.isEmpty { throw ExitCode.failure }
  }
}

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
