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
  public func behind() async throws -> [String] { try await targets().map(\.slug) }

  /// The tenants that are behind, in the order of their slugs.
  func targets() async throws -> [TenantMigrationStore.Target] {
    try await store.tenants(behind: migrations.count)
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
    var report = Report()
    for (tenant, failure) in await migrate(try await targets(), parallel: parallel) {
      if let failure {
        report.failed[tenant.slug] = failure
      } else {
        report.migrated.append(tenant.slug)
      }
    }
    try Task.checkCancellation()
    return report
  }

  /// Migrates these tenants, or as many as it can until the task is cancelled.
  ///
  /// - Returns: for each what went wrong; nil if nothing did.
  func migrate(
    _ tenants: some Collection<TenantMigrationStore.Target>, parallel: Int = 4
  ) async -> [(tenant: TenantMigrationStore.Target, failure: String?)] {
    await withTaskGroup(of: (TenantMigrationStore.Target, String?).self) { group in
      for tenant in tenants.prefix(parallel) { group.addTask { await migrate(tenant) } }
      var waiting = tenants.dropFirst(parallel)
      var outcomes: [(tenant: TenantMigrationStore.Target, failure: String?)] = []
      for await outcome in group {
        outcomes.append(outcome)
        guard !Task.isCancelled, let tenant = waiting.popFirst() else { continue }
        group.addTask { await migrate(tenant) }
      }
      return outcomes
    }
  }

  private func migrate(
    _ tenant: TenantMigrationStore.Target
  ) async -> (TenantMigrationStore.Target, String?) {
    do {
      try await store.migrate(tenant, with: migrations)
      return (tenant, nil)
    } catch {
      logger.error(
        "migration failed",
        metadata: ["tenant": "\(tenant.slug)", "error": "\(String(reflecting: error))"])
      return (tenant, String(reflecting: error))
    }
  }
}
