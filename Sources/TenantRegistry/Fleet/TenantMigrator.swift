import Logging
import PostgresClient

/// Brings the schemas of tenants that are behind up to date.
public struct TenantMigrator: Sendable {
  /// What came of it, by slug.
  public struct Report: Sendable, Equatable {
    public internal(set) var migrated: [String] = []
    /// The tenants that could not be migrated, and why.
    public internal(set) var failed: [String: String] = [:]
  }

  private let store: TenantMigrationStore
  private let migrations: Migrations
  private let logger: Logger

  /// - Parameter owner: the registry's database as the owner; as the reader it can only
  ///   be asked who is behind.
  public init(owner: PostgresDatabase, migrations: Migrations, logger: Logger) {
    store = TenantMigrationStore(database: owner)
    self.migrations = migrations
    self.logger = logger
  }

  /// The slugs of the tenants that are behind, in their order.
  ///
  /// - Throws: as ``migrate(parallel:)``.
  public func behind() async throws -> [String] {
    try await store.tenants(behind: migrations.count).map(\.slug)
  }

  /// Whether the tenant whose own login asks is behind: all that such a login may know.
  ///
  /// - Throws: ``PostgresError``.
  public func ownTenantIsBehind() async throws -> Bool {
    try await store.ownTenantIsBehind(migrations.count)
  }

  /// Migrates every tenant that is behind, each in a transaction of its own, but for migrations that
  /// do not fit into one (``Migration/Form``): those go on where they were interrupted. One tenant's
  /// failure stops no other.
  ///
  /// - Parameter parallel: how many at a time.
  /// - Throws: ``PostgresError`` if the tenants cannot be listed; `CancellationError`.
  public func migrate(parallel: Int = 4) async throws -> Report {
    var behind = try await store.tenants(behind: migrations.count)[...]
    return try await withThrowingTaskGroup(of: (String, String?).self) { group in
      var report = Report()
      for tenant in behind.prefix(parallel) { group.addTask { await migrate(tenant) } }
      behind = behind.dropFirst(parallel)
      while let (slug, failure) = try await group.next() {
        if let failure { report.failed[slug] = failure } else { report.migrated.append(slug) }
        try Task.checkCancellation()
        if let tenant = behind.popFirst() { group.addTask { await migrate(tenant) } }
      }
      return report
    }
  }

  /// The tenant's slug, and what went wrong.
  private func migrate(_ tenant: TenantMigrationStore.Target) async -> (String, String?) {
    do {
      try await store.migrate(tenant, with: migrations)
      return (tenant.slug, nil)
    } catch {
      logger.error(
        "migration failed",
        metadata: ["tenant": "\(tenant.slug)", "error": "\(String(reflecting: error))"])
      return (tenant.slug, String(reflecting: error))
    }
  }
}
