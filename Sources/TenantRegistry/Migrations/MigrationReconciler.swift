import ServiceLifecycle

/// Migrates tenants that are behind though the fleet has been migrated, again and again: one that
/// the release before this one registered in the meantime, or whose node was away.
public struct MigrationReconciler: Service {
  private let migrator: TenantMigrator
  private let interval: Duration

  /// - Parameter interval: how long to wait between two looks.
  public init(_ migrator: TenantMigrator, interval: Duration = .seconds(60)) {
    self.migrator = migrator
    self.interval = interval
  }

  /// Runs until the task is cancelled or graceful shutdown begins. The migrator logs what fails,
  /// and it is tried again at the next look.
  public func run() async throws {
    await cancelWhenGracefulShutdown {
      repeat {
        _ = try? await migrator.migrate()
      } while (try? await Task.sleep(for: interval)) != nil
    }
  }
}
