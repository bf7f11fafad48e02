import Foundation
import HTTPSupport

/// Goes on with a tenant's move to the other deployment until it is done, also when nobody asks.
public struct DeploymentMove: OperationHandler {
  struct Arguments: Codable {
    let servedBy: TenantRecord.Isolation

    enum CodingKeys: String, CodingKey {
      case servedBy = "served_by"
    }
  }

  public let kind = AdminOperation.Kind.moveTenant
  private let deployments: TenantDeployments

  public init(_ deployments: TenantDeployments) {
    self.deployments = deployments
  }

  /// Ends as failed if somebody has asked for the other side meanwhile.
  public func run(
    _ operation: AdminOperation,
    report: @escaping @Sendable (AdminOperation.Progress) async throws -> Void
  ) async throws -> OperationOutcome {
    let target = try JSON.decoder.decode(Arguments.self, from: operation.arguments).servedBy
    guard let slug = operation.tenant else { return .failed("the tenant is not there any more") }
    let progress = try await deployments.goOn(
      slug: slug, to: target, actor: operation.actor)
    guard let reason = progress.waitingFor else { return .succeeded }
    // A deployment may be there in a second, or in a week.
    let age = Date().timeIntervalSince(operation.createdAt)
    return .waiting(for: reason, .seconds(min(max(age / 20, 1), 30)))
  }
}
