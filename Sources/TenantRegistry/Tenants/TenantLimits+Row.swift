import Foundation
import HTTPSupport
import PostgresClient
import Tenancy

extension TenantLimits {
  /// Reads the columns `connections, queue, body_bytes, requests_per_second` of `registry.limits`,
  /// from column `first` on; all are NULL where there is no row.
  init(_ row: PostgresRow, from first: Int) throws(PostgresError) {
    self.init(
      connections: try row.decodeIfPresent(first), queue: try row.decodeIfPresent(first + 1),
      bodyBytes: try row.decodeIfPresent(first + 2),
      requestsPerSecond: try row.decodeIfPresent(first + 3))
  }

  /// The statements that set a tenant's limits, and write down who did.
  func statements(for tenant: TenantID, actor: String) throws -> [PostgresQuery] {
    let details = String(decoding: try JSON.encoder.encode(self), as: UTF8.self)
    return [
      """
      insert into registry.limits (
        tenant_id, connections, queue, body_bytes, requests_per_second)
      values (\(tenant.uuid), \(connections), \(queue), \(bodyBytes), \(requestsPerSecond))
      on conflict (tenant_id) do update set connections = excluded.connections,
        queue = excluded.queue, body_bytes = excluded.body_bytes,
        requests_per_second = excluded.requests_per_second
      """,
      """
      insert into registry.audit_log (actor, action, tenant_id, details)
      values (\(actor), 'tenant.limit', \(tenant.uuid), \(details)::jsonb)
      """,
    ]
  }
}
