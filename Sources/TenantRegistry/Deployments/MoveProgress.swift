/// How far a tenant's move has come.
public struct MoveProgress: Sendable {
  let step: MoveStep
  let snapshot: DeploymentSnapshot

  public var slug: String { snapshot.slug }
  public var servedBy: TenantRecord.Isolation { snapshot.servedBy }
  public var isDone: Bool { step == .done }

  /// What the move waits for; nil once it is done.
  public var waitingFor: String? {
    switch step {
    case .awaitDeployment: "the tenant's own deployment is not there yet: terrace overlay \(slug)"
    case .awaitAcknowledgement:
      "not acknowledged yet by " + snapshot.unacknowledged.joined(separator: ", ")
    case .awaitProbe: probes
    case .awaitDrain where !snapshot.cutOff.isEmpty:
      "without word from the registry, and serving what they know for a while yet: "
        + snapshot.cutOff.joined(separator: ", ")
    case .awaitDrain:
      "requests that were under way are given time to finish at "
        + snapshot.draining.joined(separator: ", ")
    case .choose, .prepare, .flip, .close, .done: nil
    }
  }

  private var probes: String {
    guard !snapshot.gateways.isEmpty else {
      return "no gateway runs that could try to reach the tenant's own deployment"
    }
    return snapshot.gateways.compactMap { gateway in
      switch gateway.probe {
      case .reached: nil
      case .pending: "\(gateway.name) has not tried the tenant's own deployment yet"
      case .failed(let failure):
        "\(gateway.name) does not reach the tenant's own deployment: \(failure)"
      }
    }.joined(separator: "; ")
  }
}
