import Logging
import PostgresClient

/// Brings the schemas of tenants that are behind up to date.
public struct TenantMigrator: Sendable {
  /// What came of it.
  public struct Report: Sendable {
    public let migrated: [String]
    /// The slugs of the tenants that could not be migrated, and why.
    public let failed: [String: String]
  }

  /// - Parameter owner: the registry's database as `terrace_owner`.
  public init(owner: PostgresDatabase, migrations: [Migration], logger: Logger) {
    fatalError()
  }

  /// Migrates every tenant that is behind, each in a transaction of its own. One tenant's failure
  /// does not stop the others.
  public func migrate(parallel: Int = 4) async throws -> Report {
    fatalError()
  }
}
