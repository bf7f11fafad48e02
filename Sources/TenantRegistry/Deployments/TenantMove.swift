/// What comes next when a tenant moves. It follows from where things stand, not from what was done
/// before: so a move can be repeated after any crash, and undone at any step by moving back.
enum MoveStep: Sendable, Equatable {
  /// Write down what is asked for.
  case choose
  /// Nobody is there yet with the tenant's credentials.
  case awaitDeployment
  /// Give the new side all that it needs to serve beside the old one.
  case prepare
  /// Not all gateways know yet.
  case awaitAcknowledgement
  /// Not all gateways reach the tenant's own deployment.
  case awaitProbe
  /// From now on the new side serves.
  case flip
  /// Requests that the old side has begun may still be under way, or a gateway that is cut off from
  /// the registry may begin some more.
  case awaitDrain
  /// Take from the old side all that it had.
  case close
  case done

  /// Whether it changes anything: the others find what to wait for, or nothing.
  var isChange: Bool {
    switch self {
    case .choose, .prepare, .flip, .close: true
    case .awaitDeployment, .awaitAcknowledgement, .awaitProbe, .awaitDrain, .done: false
    }
  }
}

extension DeploymentSnapshot {
  /// - Parameter drain: how long requests that the old side has begun may take at most.
  func nextStep(to target: TenantRecord.Isolation, drain: Duration) -> MoveStep {
    if isolation != target { return .choose }
    let isFlipped = servedBy == target
    if isFlipped, !isOpen(target == .shared ? .dedicated : .shared) { return .done }
    if holders(of: target).isEmpty { return .awaitDeployment }
    if !isPrepared(target) { return .prepare }
    if !unacknowledged.isEmpty { return .awaitAcknowledgement }
    if !isFlipped { return target == .shared || isReached ? .flip : .awaitProbe }
    guard cutOff.isEmpty else { return .awaitDrain }
    return draining.isEmpty || servedFor >= drain ? .close : .awaitDrain
  }
}

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
