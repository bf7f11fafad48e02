import PostgresClient
import TenantRegistry

/// Whether a process may serve on a database.
struct DatabaseReadiness: Sendable {
  private let check: DatabaseCheck
  private let migrator: RegistryMigrator

  /// - Parameter connections: how many connections all processes on the database may open
  ///   together.
  init(_ database: PostgresDatabase, roles: DatabaseRoles, connections: Int = 0) {
    check = DatabaseCheck(database, roles: roles, connections: connections)
    migrator = RegistryMigrator(database: database, tenantMigrations: TenantModules.migrations)
  }

  /// What is wrong; empty if nothing is.
  func findings() async throws -> [DatabaseCheck.Finding] {
    var findings = try await check.findings()
    let pending = try await migrator.pending()
    if !pending.isEmpty {
      findings.append(
        .init(
          problem: "the registry lacks \(pending.count) migrations", remedy: "terrace migrate"))
    }
    return findings
  }

  /// By what one tenant could hold up the others.
  func warnings() async throws -> [DatabaseCheck.Finding] { try await check.warnings() }
}
