import Atomics
import Logging
import PostgresClient
import ServiceLifecycle
import TenantRegistry

/// Checks, at start, that the database keeps tenants apart and has the schema that this build
/// knows. Until it has passed nobody is served; a database that is away is asked again.
final class DatabaseGuard: Service {
  /// The database is not as it must be: the process must end.
  struct Unfit: Error, CustomStringConvertible {
    let description: String
  }

  private let check: DatabaseCheck
  private let migrator: RegistryMigrator
  private let logger: Logger
  private let passed = ManagedAtomic(false)

  /// - Parameter connections: how many connections all processes on the database may open
  ///   together.
  init(
    _ database: PostgresDatabase, connections: Int, tenantMigrations: [Migration], logger: Logger
  ) {
    check = DatabaseCheck(database, connections: connections)
    migrator = RegistryMigrator(database: database, tenantMigrations: tenantMigrations)
    self.logger = logger
  }

  var hasPassed: Bool { passed.load(ordering: .relaxed) }

  /// - Throws: ``Unfit``, with a line per fault.
  func run() async throws {
    try await cancelWhenGracefulShutdown {
      while try await !self.passes() {
        guard (try? await Task.sleep(for: .seconds(1))) != nil else { return }
      }
      self.passed.store(true, ordering: .relaxed)
    }
    try await gracefulShutdown()
  }

  private func passes() async throws -> Bool {
    do {
      let findings = try await check.findings()
      guard findings.isEmpty else {
        throw Unfit(description: findings.map(\.description).joined(separator: "\n"))
      }
      let pending = try await migrator.pending()
      guard pending.isEmpty else {
        throw Unfit(description: "the registry's schema is not up to date: run terrace migrate")
      }
      return true
    } catch let error as PostgresError where error.code != .server {
      logger.warning(
        "the database cannot be checked yet", metadata: ["error": "\(error.debugDescription)"])
      return false
    }
  }
}
