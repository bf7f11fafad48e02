import Logging
import ServiceLifecycle

/// Finishes registrations on other nodes that were cut: at start, and again and again.
public struct ProvisioningReconciler: Service {
  private let administration: TenantAdministration
  private let interval: Duration

  /// - Parameter interval: how long to wait between two looks.
  public init(_ administration: TenantAdministration, interval: Duration = .seconds(10)) {
    self.administration = administration
    self.interval = interval
  }

  /// Runs until the task is cancelled or graceful shutdown begins. What fails is logged, and tried
  /// again at the next look.
  public func run() async throws {
    await repeatUntilShutdown(every: interval) { await administration.finishProvisioning() }
  }
}
