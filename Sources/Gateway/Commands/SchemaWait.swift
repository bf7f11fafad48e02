import FinanceAPI
import Logging
import PostgresClient
import TenantRegistry

/// Waits until somebody else has brought the registry's schema and those of all tenants to the
/// versions of this build. Only asks, once a second, so that the reader's rights are enough.
struct SchemaWait: Sendable {
  private let login: PostgresLogin

  /// ## Configuration keys
  /// - `TERRACE_OWNER_PASSWORD` or `TERRACE_READER_PASSWORD`
  /// - those of ``DatabaseConfiguration``
  init(_ source: ConfigurationSource) throws {
    login = try DatabaseConfiguration.login(source)
  }

  /// Says on standard error what it waits for, whenever that changes.
  ///
  /// - Throws: ``MigrationError`` if waiting cannot help: the database is newer than this build,
  ///   or a released migration was changed.
  func run() async throws {
    try await withPostgresClient { client in
      var said: String?
      while let obstacle = try await obstacle(client.database(login)) {
        if obstacle != said { printError("waiting: \(obstacle)") }
        said = obstacle
        try await Task.sleep(for: .seconds(1))
      }
    }
  }

  /// What there is to wait for; nil if there is nothing.
  private func obstacle(_ database: PostgresDatabase) async throws -> String? {
    let migrations = FinanceMigrations.all
    do {
      let registry = try await RegistryMigrator(database: database, tenantMigrations: migrations)
        .pending()
      guard registry.isEmpty else { return "the registry lacks \(registry.count) migrations" }
      let behind = try await TenantMigrator(
        owner: database, migrations: migrations, logger: Logger(label: "migrate")
      ).behind()
      return behind.first.map { "\(behind.count) tenants are not migrated, \($0) first" }
    } catch let error as PostgresError {
      return CommandFailure(error)?.description
    }
  }
}
