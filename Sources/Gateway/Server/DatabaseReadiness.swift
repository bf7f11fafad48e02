import FinanceAPI
import PostgresClient
import TenantRegistry

/// Whether a process may serve on a database.
struct DatabaseReadiness: Sendable {
  private let check: DatabaseCheck
  private let migrator: RegistryMigrator

  /// - Parameter connections: how many connections all processes on the database may open
  ///   together.
  init(_ database: PostgresDatabase, connections: Int = 0) {
    check = DatabaseCheck(database, connections: connections)
    migrator = RegistryMigrator(database: database, tenantMigrations: FinanceMigrations.all)
  }

  /// What is wrong, one line each; empty if nothing is.
  func complaints() async throws -> [String] {
    var complaints = try await check.findings().map(\.description)
    let pending = try await migrator.pending()
    if !pending.isEmpty {
      complaints.append(
        "the registry lacks \(pending.count) migrations; to mend it: terrace migrate")
    }
    return complaints
  }
}
