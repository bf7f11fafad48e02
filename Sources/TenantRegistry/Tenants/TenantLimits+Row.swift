import Foundation
import HTTPSupport
import PostgresClient
import Tenancy

extension TenantLimits {
  /// Reads the columns of `registry.limits`; all are NULL where there is no row.
  init(_ row: PostgresRow) throws(PostgresError) {
    self.init(
      connections: try row.decodeIfPresent("connections"), queue: try row.decodeIfPresent("queue"),
      bodyBytes: try row.decodeIfPresent("body_bytes"),
      requestsPerSecond: try row.decodeIfPresent("requests_per_second"))
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
