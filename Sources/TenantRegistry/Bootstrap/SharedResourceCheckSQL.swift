import PostgresClient

/// The rows about what one tenant can take from all others. No tenant reads or writes another's
/// rows by it, so that a process serves all the same.
extension DatabaseCheckSQL {
  private static func row(_ offenders: String, _ problem: String, _ remedy: String) -> String {
    """
    (exists (\(offenders)),
      '\(problem): ' || (select string_agg(o.name, ', ') from (\(offenders) order by 1 limit 5) o),
      '\(remedy)')
    """
  }

  /// Where the database needs row-level security, what only a superuser can take is not looked at.
  private static func withSuperuser(_ offenders: String) -> String {
    "select name from (\(offenders)) x where not \(RowSecurityPolicy.isRequired)"
  }

  private static func rows(_ roles: DatabaseRoles) -> String {
    [
      row(
        withSuperuser(SharedFunctionSQL.open),
        "every role may execute functions that hold what all tenants share", "terrace bootstrap"),
      row(
        withSuperuser(TenantLoginBounds.unbounded(roles)),
        "a login of the request path may fill the disk with temporary files", "terrace bootstrap"),
      row(
        """
        select datname::text as name from pg_catalog.pg_database
        where datallowconn and datname <> current_database()
          and has_database_privilege('public', oid, 'connect')
        """,
        "tenants'' logins may connect to other databases of the server",
        "REVOKE CONNECT ON DATABASE … FROM PUBLIC, of each, and GRANT it to who needs it; terrace bootstrap does so for postgres and template1"
      ),
      row(
        """
        select format('%s owns something in %s', r.rolname, d.datname) as name
        from pg_catalog.pg_shdepend s
        join pg_catalog.pg_roles r on r.oid = s.refobjid
        join pg_catalog.pg_database d on d.oid = s.dbid
        where s.refclassid = 'pg_catalog.pg_authid'::regclass and s.deptype = 'o'
          and r.rolname ~ '^\(roles.tenantLoginPrefix)' and not r.rolcanlogin
        """,
        "a login that was revoked cannot be dropped, and is kept without rights",
        "DROP OWNED BY …, in that database"),
      row(
        """
        select rolname::text as name from pg_catalog.pg_roles
        where rolname ~ '^\(roles.tenantLoginPrefix)' and rolcanlogin and rolconnlimit not between 1 and 10
        """,
        "a dedicated tenant''s login may open more than ten connections",
        "ALTER ROLE … CONNECTION LIMIT 10"),
      row(
        """
        select current_setting('max_prepared_transactions') as name
        where current_setting('max_prepared_transactions')::integer > 0
        """,
        "a dedicated tenant''s login may prepare transactions, which hold locks until someone ends them, since max_prepared_transactions is",
        "set max_prepared_transactions to 0, unless something needs it, and restart the server"),
    ].joined(separator: ",\n")
  }

  /// One row for each of them: what it is, and what mends it.
  static func sharedResources(_ roles: DatabaseRoles) -> PostgresQuery {
    PostgresQuery(
      unsafeSQL: """
        select problem, remedy, false from (values \(rows(roles))) wrong(bad, problem, remedy)
        where bad
        """)
  }
}
