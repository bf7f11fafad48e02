import Foundation
import PostgresClient
import Tenancy

/// What gateways tell the registry, as the reader, before and after a tenant moves.
struct UpstreamProbeStore: Sendable {
  let database: PostgresDatabase

  /// The tenants whose own deployment runs and gets no requests yet.
  func tenants() async throws -> [TenantID] {
    try await database.query("select tenant_id from registry.upstream_trials").map {
      TenantID(try $0.decode(0, as: UUID.self))
    }
  }

  /// Says whether the gateway with that lease reaches the tenant's deployment.
  ///
  /// - Parameter failure: why it does not; nil if it does.
  func report(_ tenant: TenantID, failure: String?, lease: UUID) async throws {
    _ = try await database.query(
      "select registry.report_upstream(\(lease), \(tenant.uuid), \(failure))")
  }

  /// Says that requests which were begun before the registry had that revision are over.
  func reportDrained(_ revision: Int64, by lease: UUID) async throws {
    _ = try await database.query("select registry.settle_lease(\(lease), \(revision))")
  }

  /// What each live gateway has said lately of the tenant's deployment. A report counts for three
  /// times as long as a gateway takes at most to make the next: it tries all tenants at once, each
  /// for 5 s at most, and waits for 2 s.
  static func gateways(_ tenant: TenantID) -> PostgresQuery {
    """
    select l.gateway, r.tenant_id is not null, r.fault
    from registry.live_leases l left join registry.upstream_reports r
      on r.lease = l.id and r.tenant_id = \(tenant.uuid)
        and r.reported_at > clock_timestamp() - interval '20 seconds'
    where l.tenant_id is null order by l.gateway
    """
  }

  static func gateway(_ row: PostgresRow) throws -> DeploymentSnapshot.Gateway {
    let failure: String? = try row.decodeIfPresent(2)
    let probe: DeploymentSnapshot.Probe =
      try row.decode(1)
      ? failure.map { .failed($0.withoutLayoutControls) } ?? .reached : .pending
    return .init(
      name: try row.decode(0, as: String.self).withoutLayoutControls, probe: probe)
  }

  /// The gateways that may still be serving requests by what was so before `revision`. One whose
  /// session is lost counts for as long as it may serve what it knows. Second: whether it may even
  /// begin such requests, since it has not heard of `revision`.
  static func draining(_ revision: Int64) -> PostgresQuery {
    """
    select gateway, revision < \(revision) from registry.leases
    where tenant_id is null and settled < \(revision) and expires_at > clock_timestamp()
    order by gateway
    """
  }
}
