import FinanceAPI
import PostgresClient
import TenantRegistry

/// Whether a process may serve on a database.
struct DatabaseReadiness: Sendable {
  let database: PostgresDatabase

  /// What is wrong, one line each; empty if nothing is.
  func complaints() async throws -> [String] {
    var complaints = try await DatabaseCheck(database).findings().map(\.description)
    let pending = try await RegistryMigrator(
      database: database, tenantMigrations: FinanceMigrations.all
    ).pending()
    if !pending.isEmpty {
      complaints.append(
        "the registry lacks \(pending.count) migrations; to mend it: terrace migrate")
    }
    return complaints
  }

  /// - Throws: ``CommandFailure`` if anything is wrong.
  func check() async throws {
    let complaints = try await complaints()
    guard complaints.isEmpty else {
      throw CommandFailure(
        "the database is not ready, see `terrace doctor`: " + complaints.joined(separator: " | "))
    }
  }
}
