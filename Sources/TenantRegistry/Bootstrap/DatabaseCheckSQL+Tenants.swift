/// The rows about tenants' roles and who may become them.
extension DatabaseCheckSQL {
  /// The roles that a schema of the owner's is named for: other databases of the server may
  /// have such names for something else.
  static func tenantRoles(_ roles: DatabaseRoles) -> String {
    """
    tenant_role as (
      select r.* from pg_catalog.pg_roles r
      join pg_catalog.pg_namespace n on n.nspname = r.rolname
      join pg_catalog.pg_roles o on o.oid = n.nspowner and o.rolname = '\(roles.owner)'
      where r.rolname ~ '\(roles.tenantPattern)'),
    member as (
      select m.roleid, m.member, r.rolname as role, l.rolname as login,
        r.oid in (select oid from tenant_role) as is_tenant,
        -- The column is not there before PostgreSQL 16.
        coalesce((to_jsonb(m) ->> 'inherit_option')::boolean, false) as inherits
      from pg_catalog.pg_auth_members m
      join pg_catalog.pg_roles r on r.oid = m.roleid
      join pg_catalog.pg_roles l on l.oid = m.member)
    """
  }

  private static func row(_ number: Int, _ offenders: String, _ problem: String, _ remedy: String)
    -> String
  {
    """
    (\(number), exists (\(offenders)),
      '\(problem): ' || (select string_agg(o.name, ', ') from (\(offenders) order by 1 limit 5) o),
      '\(remedy)')
    """
  }

  static func tenantRows(_ roles: DatabaseRoles) -> String {
    [
      row(
        18,
        """
        select rolname as name from tenant_role where rolcanlogin or rolsuper or rolcreaterole
          or rolcreatedb or rolbypassrls or rolreplication
        """,
        "a tenant''s role has more rights than it needs",
        "ALTER ROLE … NOLOGIN NOSUPERUSER NOCREATEROLE NOCREATEDB NOBYPASSRLS NOREPLICATION"),
      row(
        19,
        """
        select format('%s of %s', role, login) as name from member
        where member in (select oid from tenant_role)
          or (login ~ '\(roles.requestPattern)' and not is_tenant)
        """,
        "a tenant''s role, or a login of the request path, has a role that is no tenant''s of its own",
        "REVOKE … FROM …, of each"),
      row(
        20,
        """
        select format('%s of %s', role, login) as name from member
        where inherits and login ~ '\(roles.requestPattern)'
        """,
        "a login inherits a tenant''s rights without becoming it",
        "GRANT … TO … WITH INHERIT FALSE, of each"),
      row(
        21,
        """
        select pg_get_userbyid(a.grantee)::text as name
        from pg_catalog.pg_proc p cross join pg_catalog.aclexplode(p.proacl) a
        where p.oid = 'pg_catalog.set_config(text, text, boolean)'::regprocedure
          and a.grantee in (select oid from tenant_role)
        """,
        "a tenant''s role may execute pg_catalog.set_config, so that one injected expression could switch",
        "REVOKE EXECUTE ON FUNCTION pg_catalog.set_config(text, text, boolean) FROM …"),
      row(
        22,
        """
        select format('%s by %s', n.nspname,
          case a.grantee when 0 then 'PUBLIC' else pg_get_userbyid(a.grantee)::text end) as name
        from tenant_role t
        join pg_catalog.pg_namespace n on n.nspname = t.rolname
        cross join pg_catalog.aclexplode(n.nspacl) a
        where a.grantee <> t.oid and (a.grantee = 0
          or a.grantee in (select oid from tenant_role)
          or pg_get_userbyid(a.grantee) = '\(roles.reader)'
          or pg_get_userbyid(a.grantee) ~ '\(roles.requestPattern)')
        """,
        "a tenant''s schema may be used by another''s role, or by who serves others",
        "REVOKE ALL ON SCHEMA … FROM …, of each"),
    ].joined(separator: ",\n")
  }
}
