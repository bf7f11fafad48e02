import PostgresClient
import Tenancy

/// The statements on a tenant's row and in the audit log when its deployment changes.
enum DeploymentSQL {
  static func choose(_ isolation: TenantRecord.Isolation, for tenant: TenantID) -> PostgresQuery {
    "update registry.tenants set isolation = \(isolation.rawValue) where id = \(tenant.uuid)"
  }

  static func flip(to side: TenantRecord.Isolation, for tenant: TenantID) -> PostgresQuery {
    """
    update registry.tenants set served_by = \(side.rawValue), served_since = clock_timestamp()
    where id = \(tenant.uuid)
    """
  }

  static func log(
    _ action: String, of tenant: TenantID, by actor: String, _ details: [String: String]
  ) -> PostgresQuery {
    """
    insert into registry.audit_log (actor, action, tenant_id, details)
    values (\(actor), \(action), \(tenant.uuid),
      jsonb_object(\(Array(details.keys)), \(Array(details.values))))
    """
  }
}
