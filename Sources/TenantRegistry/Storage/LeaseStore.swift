import Foundation
import PostgresClient

/// The gateways' leases: what each has acknowledged, and until when it may serve by it.
struct LeaseStore: Sendable {
  let database: PostgresDatabase

  /// Says how far the gateway has come, and learns how far the registry is.
  ///
  /// - Parameter lifetime: for how long the gateway may go on serving what it knows.
  func renew(_ lease: UUID, gateway: String, revision: Int64, lifetime: Duration) async throws
    -> Int64
  {
    let seconds = lifetime.components.seconds
    return try await database.query(
      """
      select registry.renew_lease(
        \(lease), \(gateway), \(revision), make_interval(secs => \(seconds)))
      """
    )[0].decode(0)
  }

  func release(_ lease: UUID) async throws {
    _ = try await database.query("select registry.release_lease(\(lease))")
  }

  /// Waits until every live lease has acknowledged `revision`, for at most a second.
  ///
  /// - Returns: the names of the gateways that have not, in order.
  func awaitAcknowledgement(of revision: Int64) async throws -> [String] {
    let clock = ContinuousClock()
    let deadline = clock.now + .seconds(1)
    var pause = Duration.milliseconds(1)
    while true {
      let pending = try await pendingGateways(revision)
      if pending.isEmpty || clock.now + pause > deadline { return pending }
      try await clock.sleep(for: pause)
      pause = min(pause * 2, .milliseconds(50))
    }
  }

  private func pendingGateways(_ revision: Int64) async throws -> [String] {
    try await database.query(
      """
      select gateway from registry.leases
      where revision < \(revision) and expires_at > clock_timestamp() order by gateway
      """
    ).map { try $0.decode(0) }
  }
}
