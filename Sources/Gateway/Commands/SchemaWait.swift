import Logging
import PostgresClient
import TenantRegistry

/// Waits until somebody else has brought the registry's schema and those of all tenants to the
/// versions of this build, or the tenants that are left do not become fewer. Only asks, once a
/// second, so that the rights of whoever serves are enough.
struct SchemaWait: Sendable {
  private let login: PostgresLogin
  private let isTenants: Bool

  /// ## Configuration keys
  /// - `TERRACE_OWNER_PASSWORD`, `TERRACE_READER_PASSWORD`, or `TERRACE_TENANT_PASSWORD` and
  ///   `TERRACE_TENANT_LOGIN`: with the last, the tenant's own schema is waited for
  /// - those of ``DatabaseConfiguration``
  init(_ source: ConfigurationSource) throws {
    let database = try DatabaseConfiguration(source)
    let password = try source.secret(.tenantPassword)
    isTenants = password != nil
    guard let password else {
      login = try database.login(source)
      return
    }
    guard let name = source.text(.tenantLogin) else {
      throw ConfigurationError(.tenantLogin, "is not set")
    }
    login = database.login(name, password: password)
  }

  /// Says on standard error what it waits for, whenever that changes.
  ///
  /// - Throws: ``MigrationError`` if waiting cannot help: the database is newer than this build,
  ///   or a released migration was changed.
  func run() async throws {
    try await withPostgresClient { client in
      var said: String?
      var progress = MigrationProgress()
      while let finding = try await finding(client, &progress) {
        if finding != said { printError("waiting: \(finding)") }
        said = finding
        try await Task.sleep(for: .seconds(1))
      }
    }
  }

  /// What there is to wait for; nil if there is nothing.
  private func finding(
    _ client: PostgresClient, _ progress: inout MigrationProgress
  ) async throws -> String? {
    let database = client.database(login)
    let migrations = TenantModules.migrations
    do {
      let registry = try await RegistryMigrator(database: database, tenantMigrations: migrations)
        .pending()
      guard registry.isEmpty else { return "the registry lacks \(registry.count) migrations" }
      let tenants = TenantMigrator(
        owner: database, migrations: migrations, logger: Logger(label: "migrate"))
      if isTenants { return try await tenants.ownTenantIsBehind() ? "it is not migrated" : nil }
      let behind = try await tenants.behind()
      guard let first = behind.first else { return nil }
      if progress.isUnderWay(behind: behind.count, now: .now) {
        return "\(behind.count) tenants are not migrated, \(first) first"
      }
      printError("\(behind.count) tenants are left behind, \(first) first: 503 for them alone")
      return nil
    } catch let error as PostgresError {
      return await Self.reason(error, client, login)
    }
  }

  /// Why the database cannot be asked, in the server's words if it has any.
  private static func reason(
    _ error: PostgresError, _ client: PostgresClient, _ login: PostgresLogin
  ) async -> String? {
    do throws(PostgresError) {
      if error.code == .connectFailed { try await client.tryLogin(login) }
      return CommandFailure(error)?.description
    } catch {
      return CommandFailure(error)?.description
    }
  }
}

/// Whether it is worth waiting for somebody else to migrate the tenants.
struct MigrationProgress {
  /// How long no tenant may be finished until nobody seems to be at work. What is left are tenants
  /// that could not be migrated, or came too late: they alone are answered with 503.
  static let patience = Duration.seconds(30)

  private var fewest: (behind: Int, since: ContinuousClock.Instant)?

  /// Takes note of how many tenants are still behind.
  ///
  /// - Returns: whether some have been finished lately.
  mutating func isUnderWay(behind: Int, now: ContinuousClock.Instant) -> Bool {
    guard let fewest, behind >= fewest.behind else {
      fewest = (behind, now)
      return true
    }
    return now < fewest.since + Self.patience
  }
}
