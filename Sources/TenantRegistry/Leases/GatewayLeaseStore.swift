import Foundation
import PostgresClient
import Tenancy

/// The gateways' leases: what each has acknowledged, and until when it may serve by it.
///
/// A gateway also holds an advisory lock, named after its lease, in the session that LISTENs.
/// Postgres releases it when the session ends, at once if the process was killed. From then on the
/// lease counts for three seconds more, in which a gateway that lives opens another session.
struct GatewayLeaseStore: Sendable {
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

  /// Whether the server follows another one, which takes the writes.
  func isOnStandby() async throws -> Bool {
    try await database.query("select pg_is_in_recovery()")[0].decode(0)
  }

  /// Has the lease last as long as the session that this is run in. Where somebody else took the
  /// lock's name for good, the lease counts while it is renewed.
  static func hold(_ lease: UUID) -> PostgresQuery {
    "select registry.hold_lease(\(lease))"
  }

  /// Gives the lease up, for good.
  static func release(_ lease: UUID) -> PostgresQuery {
    "select registry.release_lease(\(lease))"
  }

  /// Waits until every live lease that `tenant` concerns has acknowledged `revision`, for at most a
  /// second.
  ///
  /// - Parameter tenant: nil for what concerns the shared gateways alone.
  /// - Returns: the names of the gateways that have not, in order.
  func awaitAcknowledgement(of revision: Int64, tenant: TenantID?) async throws -> [String] {
    let clock = ContinuousClock()
    let start = clock.now
    // Not asked at once: those who are to acknowledge need the processor.
    var pause = Duration.milliseconds(1.5)
    while true {
      try await clock.sleep(for: pause)
      let pending = try await database.query(Self.pending(revision, tenant)).map {
        try $0.decode(0, as: String.self).withoutLayoutControls
      }
      let waited = start.duration(to: clock.now)
      if pending.isEmpty || waited >= .seconds(1) { return pending }
      // Mostly it is a matter of milliseconds: the wait is at most about a quarter too long.
      pause = min(max(waited / 4, .milliseconds(0.5)), .milliseconds(50))
    }
  }

  /// The gateways that have not acknowledged `revision` of `tenant`: its own, and the shared ones.
  /// Its own are waited for ten seconds after the tenant has changed: whose login says that it has
  /// not acknowledged cannot hold up what is done with the tenant for longer.
  static func pending(_ revision: Int64, _ tenant: TenantID?) -> PostgresQuery {
    """
    select gateway from registry.live_leases
    where revision < \(revision) and (tenant_id is null or tenant_id = (
      select t.id from registry.tenants t where t.id = \(tenant?.uuid)
        and t.revised_at > clock_timestamp() - interval '10 seconds'))
    order by gateway
    """
  }
}
