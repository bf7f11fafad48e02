/// What keeps one injected expression from switching to another tenant.
public enum TenantBarrier: String, Sendable, CaseIterable {
  /// Only the logins may execute `pg_catalog.set_config`. Takes a superuser, once.
  case revoke
  /// Everybody may, and a gate in each table lets through only those who know the tenant's key.
  case rowLevel = "row-level"
}
