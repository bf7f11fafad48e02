import ArgumentParser
import FinanceAPI
import Logging
import PostgresClient
import TenantRegistry

struct MigrateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "migrate",
    abstract: "Bring the registry's schema and those of all tenants up to date.",
    discussion: """
      Each tenant is migrated in a transaction of its own; one that fails stops no other, is \
      answered with 503 until it is migrated, and is named at the end.

      Reads the TERRACE_DATABASE_… keys and TERRACE_OWNER_PASSWORD.
      """)

  @Option(help: "How many tenants to migrate at a time.")
  var parallel = 4

  func validate() throws {
    guard (1...64).contains(parallel) else {
      throw ValidationError("--parallel must be a number from 1 to 64")
    }
  }

  func run() async throws {
    let source = try ConfigurationSource()
    let owner = try DatabaseConfiguration(source).login(
      ProcessConfiguration.ownerName, password: source.requiredSecret(.ownerPassword))
    let (registry, report) = try await withPostgresClient(PostgresClientConfiguration(source)) {
      client in
      let database = client.database(owner)
      let registry = try await RegistryMigrator(
        database: database, tenantMigrations: FinanceMigrations.all
      ).migrate()
      let report = try await TenantMigrator(
        owner: database, migrations: FinanceMigrations.all, logger: Logger(label: "migrate")
      ).migrate(parallel: parallel)
      return (registry, report)
    }
    print("registry: \(registry.isEmpty ? "up to date" : "\(registry.count) migrations run")")
    print("tenants: \(report.migrated.count) migrated, \(report.failed.count) failed")
    for (slug, reason) in report.failed.sorted(by: { $0.key < $1.key }) {
      printError("\(slug): \(reason)")
    }
    if !report.failed.isEmpty { throw ExitCode.failure }
  }
}
