import Foundation
import PostgresClient

/// The gateways' leases: what each has acknowledged, and until when it may serve by it.
///
/// A gateway also holds an advisory lock, named after its lease, in the session that LISTENs.
/// Postgres releases it when the session ends, at once if the process was killed. From then on the
/// lease counts for three seconds more, in which a gateway that lives opens another session.
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

  /// Has the lease last as long as the session that this is run in. Where somebody else took the
  /// lock's name for good, the lease counts while it is renewed.
  static func hold(_ lease: UUID) -> PostgresQuery {
    "select pg_try_advisory_lock_shared(hashtextextended(\(lease)::uuid::text, 0))"
  }

  /// Gives the lease up, for good.
  static func release(_ lease: UUID) -> PostgresQuery {
    "select registry.release_lease(\(lease))"
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
      where revision < \(revision) and expires_at > clock_timestamp()
        and (renewed_at > clock_timestamp() - interval '3 seconds'
          or hashtextextended(id::text, 0) in (
            select classid::bigint << 32 | objid::bigint from pg_catalog.pg_locks
            where locktype = 'advisory' and objsubid = 1 and granted and database
              = (select oid from pg_catalog.pg_database where datname = current_database())))
      order by gateway
      """
    ).map { try $0.decode(0) }
  }
}
