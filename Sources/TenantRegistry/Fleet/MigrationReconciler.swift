import ServiceLifecycle

/// Migrates tenants that are behind though the fleet has been migrated, again and again: one that
/// the release before this one registered in the meantime, or whose node was away. What takes longer
/// than a statement may is for `terrace migrate`.
public struct MigrationReconciler: Service {
  private let migrator: TenantMigrator
  private let interval: Duration

  /// - Parameter interval: how long to wait between two looks.
  public init(_ migrator: TenantMigrator, interval: Duration = .seconds(60)) {
    self.migrator = migrator
    self.interval = interval
  }

  /// Runs until the task is cancelled or graceful shutdown begins. The migrator logs which tenants
  /// fail, and they are tried again at the next look, as is a registry that cannot be asked.
  public func run() async throws {
    await repeatUntilShutdown(every: interval) { _ = try? await migrator.migrate() }
  }
}
