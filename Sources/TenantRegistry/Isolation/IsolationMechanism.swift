/// What keeps one injected expression from switching to another tenant.
public enum IsolationMechanism: String, Sendable, CaseIterable {
  /// Only the logins may execute `pg_catalog.set_config`. Takes a superuser, once.
  case revoke
  /// Everybody may, and a row-level security policy of each table shows rows only to who knows the tenant's key.
  case rowLevel = "row-level"
}
