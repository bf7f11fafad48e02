import Logging
import ServiceLifecycle

/// Something that is looked after again and again. Any number of processes can do it at once.
public struct ReconcilerTask: Sendable {
  /// Names it in logs, such as `credentials`.
  let name: String
  let interval: Duration
  let work: @Sendable () async throws -> Void

  /// - Parameters:
  ///   - interval: about how long to wait after one time before the next, whatever came of it.
  ///   - work: what it throws is logged.
  public init(
    _ name: String, every interval: Duration, _ work: @escaping @Sendable () async throws -> Void
  ) {
    self.name = name
    self.interval = interval
    self.work = work
  }
}

/// Brings what is half done to its end, and takes back what is out of date: each task at start, and
/// then again and again. Tasks do not wait for each other.
public struct Reconciler: Service {
  private let tasks: [ReconcilerTask]
  private let logger: Logger

  public init(_ tasks: [ReconcilerTask], logger: Logger) {
    self.tasks = tasks
    self.logger = logger
  }

  /// Runs until the task is cancelled or graceful shutdown begins.
  public func run() async throws {
    await cancelWhenGracefulShutdown {
      await withDiscardingTaskGroup { group in
        for task in tasks { group.addTask { await repeatedly(task) } }
      }
    }
  }

  private func repeatedly(_ task: ReconcilerTask) async {
    repeat {
      do {
        try await task.work()
      } catch {
        guard !Task.isCancelled else { return }
        logger.warning(
          "cannot reconcile, and will try again",
          metadata: ["task": "\(task.name)", "error": "\(String(reflecting: error))"])
      }
      // Not all processes at the same moment.
    } while (try? await Task.sleep(for: task.interval * Double.random(in: 0.9...1.1))) != nil
  }
}

extension ReconcilerTask {
  /// Finishes registrations of tenants on other servers that were cut.
  public static func provisioning(
    _ administration: TenantAdministration, every interval: Duration = .seconds(10)
  ) -> ReconcilerTask {
    ReconcilerTask("provisioning", every: interval) {
      try await administration.finishProvisioning()
    }
  }

  /// Migrates tenants that are behind though the fleet has been migrated: one that the release before
  /// this one registered in the meantime, or whose server was away. What takes longer than a
  /// statement may is for `terrace migrate`.
  public static func migrations(
    _ migrator: TenantMigrator, every interval: Duration = .seconds(60)
  ) -> ReconcilerTask {
    ReconcilerTask("migrations", every: interval) { _ = try await migrator.migrate() }
  }

  /// Revokes credentials of dedicated tenants once newer ones are in use.
  public static func credentials(
    _ deployments: TenantDeployments, every interval: Duration = .seconds(5)
  ) -> ReconcilerTask {
    ReconcilerTask("credentials", every: interval) { try await deployments.retireSuperseded() }
  }
}
