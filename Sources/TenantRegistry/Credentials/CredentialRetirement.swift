import Logging
import PostgresClient
import ServiceLifecycle

/// Revokes credentials of dedicated tenants, every few seconds, once newer ones are in use. Any
/// number of processes can run it.
public struct CredentialRetirement: Service {
  private let deployments: TenantDeployments
  private let interval: Duration

  public init(_ deployments: TenantDeployments, interval: Duration = .seconds(5)) {
    self.deployments = deployments
    self.interval = interval
  }

  public func run() async throws {
    await repeatUntilShutdown(every: interval) {
      do {
        try await deployments.retireSuperseded()
      } catch {
        guard !Task.isCancelled else { return }
        deployments.logger.warning(
          "old credentials cannot be revoked yet",
          metadata: ["error": "\(String(reflecting: error))"])
      }
    }
  }
}
