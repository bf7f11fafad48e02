/// How far a tenant's move has come.
public struct MoveProgress: Sendable {
  public let slug: String
  public let servedBy: TenantRecord.Isolation
  let step: MoveStep
  let unacknowledged: [String]

  public var isDone: Bool { step == .done }

  /// What the move waits for; nil once it is done.
  public var waitingFor: String? {
    switch step {
    case .awaitDeployment: "the tenant's own deployment is not there yet: terrace overlay \(slug)"
    case .awaitAcknowledgement: "not acknowledged yet by " + unacknowledged.joined(separator: ", ")
    case .awaitDrain: "requests that were under way are given time to finish"
    case .choose, .prepare, .flip, .close, .done: nil
    }
  }
}
