import PostgresClient

/// Everything in a database that registering a tenant touches: equal footprints mean that nothing
/// was left behind.
package struct DatabaseFootprint: Equatable, Sendable {
  package let lines: [String]

  package init(_ superuser: PostgresDatabase) async throws {
    lines = try await superuser.query(
      """
      select 'role ' || rolname from pg_roles
      union all select 'member ' || roleid::regrole || ' ' || member::regrole
        from pg_auth_members
      union all select 'schema ' || nspname || coalesce(nspacl::text, '') from pg_namespace
      union all select 'relation ' || oid::regclass || coalesce(relacl::text, '') from pg_class
      union all select 'database ' || datname || datacl::text from pg_database
        where datname = current_database()
      union all select 'function ' || proacl::text from pg_proc where proname = 'set_config'
      union all select 'tenant ' || id from registry.tenants
      union all select 'host ' || name from registry.hosts
      union all select 'key ' || kid from registry.signing_keys
      union all select 'copy ' || kid from registry.sealed_keys
      union all select 'credential ' || login from registry.credentials
      union all select 'master key ' || family || version from registry.master_keys
      union all select 'cell ' || id from registry.cells
      union all select 'audit ' || action || coalesce(tenant_id::text, '') from registry.audit_log
      union all select 'revision ' || value from registry.revision
      order by 1
      """
    ).map { try $0.decode(0) }
  }
}
