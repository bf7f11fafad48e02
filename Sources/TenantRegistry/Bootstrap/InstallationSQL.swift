import PostgresClient

/// Whose roles and databases a server has. All of it any login can see, from any database.
///
/// An installation's database belongs to its owner, and its reader may connect to it.
enum InstallationSQL {
  /// Why bootstrap must not touch the database or the roles, in a sentence; NULL if nothing is
  /// another installation's. A query without parameters.
  static func conflict(database name: String, _ roles: DatabaseRoles) -> String {
    let database = PostgresQuery.quoteLiteral(name)
    return """
      select coalesce(
        (select format('the database %s is that of the installation whose roles begin with %s: '
            || 'set TERRACE_ROLE_PREFIX to %s, or TERRACE_DATABASE_NAME to another database',
            \(database), other.prefix, other.prefix)
          from (\(otherPrefix(of: database, roles))) other),
        (select format('the role %s is that of the database %s on this server: set '
            || 'TERRACE_ROLE_PREFIX to another prefix than \(roles.prefix) (if %s is only a copy '
            || 'of this database: ALTER DATABASE %I OWNER TO … somebody else)',
            holder.role, holder.database, holder.database, holder.database)
          from (\(holders(besides: database, roles))) holder
          order by holder.role <> '\(roles.owner)', holder.role, holder.database limit 1))
      """
  }

  /// The prefix of another installation that the database is of, if there is one: a query.
  ///
  /// - Parameter database: an expression, of its name.
  static func otherPrefix(of database: String, _ roles: DatabaseRoles) -> String {
    """
    select left(o.rolname, -length('_owner')) as prefix
    from pg_catalog.pg_database d
    join pg_catalog.pg_roles o on o.oid = d.datdba
    where d.datname = \(database) and o.rolname <> '\(roles.owner)'
      and o.rolname ~ '^[a-z][a-z0-9]*_owner$'
      and exists (select from pg_catalog.aclexplode(d.datacl) a
        join pg_catalog.pg_roles r on r.oid = a.grantee
        where a.privilege_type = 'CONNECT'
          and r.rolname = left(o.rolname, -length('_owner')) || '_reader')
    """
  }

  /// The other databases that belong to the owner, so that its roles are theirs as well: a query.
  ///
  /// - Parameter database: an expression, of the name of the one that they belong to by right.
  static func sharers(besides database: String, _ roles: DatabaseRoles) -> String {
    """
    select d.datname as database from pg_catalog.pg_database d
    join pg_catalog.pg_roles o on o.oid = d.datdba
    where o.rolname = '\(roles.owner)' and d.datname <> \(database)
    """
  }

  /// The roles that are another database's. In a database that is the owner's already, its roles may
  /// have rights elsewhere; in a new one they must not.
  private static func holders(besides database: String, _ roles: DatabaseRoles) -> String {
    """
    select '\(roles.owner)'::text as role, database::text
    from (\(sharers(besides: database, roles))) sharer
    union all
    select r.rolname, d.datname
    from pg_catalog.pg_roles r
    join pg_catalog.pg_shdepend s
      on s.refclassid = 'pg_catalog.pg_authid'::regclass and s.refobjid = r.oid
    join pg_catalog.pg_database d on d.oid = s.dbid
    where r.rolname ~ '\(roles.loginPattern)' and d.datname <> \(database)
      and not exists (select from pg_catalog.pg_database own
        join pg_catalog.pg_roles o on o.oid = own.datdba
        where own.datname = \(database) and o.rolname = '\(roles.owner)')
    """
  }
}
