import Foundation
import PostgresClient

/// Migrates every tenant that is behind. One tenant's failure stops no other; the operation fails at
/// its end if one did, and names it.
public struct FleetMigration: OperationHandler {
  struct Arguments: Codable {}

  /// How many tenants are migrated at a time.
  public static let parallel = 2
  /// How many tenants are migrated before it is shown how far it is.
  private static let batch = 16

  public let kind = AdminOperation.Kind.migrateFleet
  private let migrator: TenantMigrator
  private let operations: OperationStore

  /// - Parameters:
  ///   - registry: the registry's database as the owner.
  ///   - migrator: one whose statements may take as long as a migration does.
  public init(registry: PostgresDatabase, migrator: TenantMigrator) {
    operations = OperationStore(database: registry)
    self.migrator = migrator
  }

  public func run(
    _ operation: AdminOperation,
    report: @escaping @Sendable (AdminOperation.Progress) async throws -> Void
  ) async throws -> OperationOutcome {
    var failed = try await operations.failedTenants(of: operation.id)
    // Those that a process before this one has migrated are done, too.
    var migrated = max(0, (operation.progress?.done ?? 0) - failed.count)
    var behind: ArraySlice<TenantMigrationStore.Target> = []
    while true {
      if behind.isEmpty {
        behind = try await migrator.targets().filter { !failed.contains($0.id) }[...]
      }
      let done = migrated + failed.count
      try await report(.init(done: done, total: done + behind.count, unit: "tenants"))
      guard !behind.isEmpty else { break }
      let outcomes = await migrator.migrate(
        behind.prefix(Self.batch), parallel: Self.parallel)
      // A statement that was cancelled says nothing about its tenant.
      try Task.checkCancellation()
      behind = behind.dropFirst(Self.batch)
      for (tenant, failure) in outcomes {
        guard let failure else {
          migrated += 1
          continue
        }
        try await operations.note(failure, for: tenant.id, of: operation.id)
        failed.insert(tenant.id)
      }
    }
    guard failed.isEmpty else {
      return .failed("\(failed.count) of \(migrated + failed.count) tenants could not be migrated")
    }
    return .succeeded
  }
}
