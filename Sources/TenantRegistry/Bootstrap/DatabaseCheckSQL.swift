import PostgresClient

/// One row for each thing that is wrong with a database: what it is, and what mends it.
enum DatabaseCheckSQL {
  /// The rows that are about roles: what mends them would change those of whoever shares them.
  private static let roleRows = "3, 4, 5, 12, 13, 15, 18, 19, 20, 21, 22, 23"

  /// The row that stops nobody: who shares roles has always served, and must go on.
  private static let sharedRoles = 0

  private static let separate = """
    'move one of the two to a server of its own; or, if one is only a copy, ALTER DATABASE … OWNER TO somebody else (an installation that is to stay beside another is bootstrapped with a TERRACE_ROLE_PREFIX of its own)'
    """

  /// - Parameter connections: how many may be open at once.
  static func all(connections: Int, roles: DatabaseRoles) -> PostgresQuery {
    PostgresQuery(unsafeSQL: text(connections: connections, roles))
  }

  private static func text(connections: Int, _ roles: DatabaseRoles) -> String {
    """
    with \(tenantRoles(roles)),
    other as (\(InstallationSQL.otherPrefix(of: "current_database()", roles))),
    sharer as (\(InstallationSQL.sharers(besides: "current_database()", roles))),
    wrong(number, bad, problem, remedy) as (values
      (1, current_setting('server_version_num')::integer < 150000,
        'the server is PostgreSQL ' || current_setting('server_version') || ', and at least 15 is needed',
        'upgrade the server'),
      (2, (select rolsuper from pg_catalog.pg_roles where rolname = session_user),
        'this process logs in as the superuser ' || session_user,
        'give it the login \(roles.owner) or \(roles.reader)'),
      (3, not exists (select from pg_catalog.pg_roles where rolname = '\(roles.owner)'
          and rolcanlogin and rolcreaterole and not rolsuper and not rolbypassrls),
        '\(roles.owner) is not a plain login that can create roles',
        'terrace bootstrap'),
      (4, not exists (select from pg_catalog.pg_roles r where rolname = '\(roles.reader)'
          and rolcanlogin and not rolinherit and not rolcreaterole and not rolsuper
          and not rolbypassrls
          and not exists (select from pg_catalog.pg_auth_members where member = r.oid)),
        '\(roles.reader) is not a plain login without memberships',
        'terrace bootstrap'),
      (5, not exists (select from pg_catalog.pg_database d join pg_catalog.pg_roles r
          on r.oid = d.datdba
          where d.datname = current_database() and r.rolname = '\(roles.owner)'),
        'the database does not belong to \(roles.owner)'
          || coalesce(', but to ' || (select prefix from other) || '_owner', ''),
        coalesce('set TERRACE_ROLE_PREFIX to ' || (select prefix from other),
          format('ALTER DATABASE %I OWNER TO \(roles.owner)', current_database()))),
      (\(sharedRoles), exists (select from sharer),
        'the roles of this installation, \(roles.prefix)_…, are also those of the database '
          || (select string_agg(database, ', ' order by database) from sharer),
        \(separate)),
      (6, has_database_privilege('public', current_database(), 'connect'),
        'every role may connect to the database',
        format('REVOKE CONNECT ON DATABASE %I FROM PUBLIC', current_database())),
      (7, has_database_privilege('public', current_database(), 'temporary'),
        'every role may create temporary tables, which shadow those of other tenants',
        format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database())),
      (8, not \(RowSecurityPolicy.isRequired)
          and has_function_privilege('public', 'pg_catalog.set_config(text, text, boolean)', 'execute'),
        'every role may execute pg_catalog.set_config, so that one injected expression could switch tenant',
        'REVOKE EXECUTE ON FUNCTION pg_catalog.set_config(text, text, boolean) FROM PUBLIC, as superuser (on a managed service that refuses it: terrace bootstrap --gate row-level)'),
      (9, exists (select from pg_catalog.pg_namespace n
          cross join pg_catalog.aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) a
          where n.nspname = 'public' and a.grantee = 0),
        'every role may use the schema public',
        'REVOKE ALL ON SCHEMA public FROM PUBLIC'),
      (10, not \(RowSecurityPolicy.isRequired) and exists (select from pg_catalog.pg_language where lanname = 'plpgsql')
          and has_language_privilege('public', 'plpgsql', 'usage'),
        'every role may use the language plpgsql',
        'REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC'),
      (11, not exists (select from pg_catalog.pg_default_acl d join pg_catalog.pg_roles r
          on r.oid = d.defaclrole
          where r.rolname = '\(roles.owner)' and d.defaclnamespace = 0 and d.defaclobjtype = 'f'
          and not exists (select from pg_catalog.aclexplode(d.defaclacl) where grantee = 0)),
        'every role may execute the functions that \(roles.owner) creates',
        'ALTER DEFAULT PRIVILEGES FOR ROLE \(roles.owner) REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC'),
      (12, exists (select from pg_catalog.pg_roles where rolname = '\(roles.owner)')
          and not ((\(RowSecurityPolicy.isRequired) or has_function_privilege('\(roles.owner)',
              'pg_catalog.set_config(text, text, boolean)', 'execute with grant option'))
            and has_language_privilege('\(roles.owner)', 'plpgsql', 'usage')),
        '\(roles.owner) may not hand out pg_catalog.set_config, or not use the language plpgsql',
        'terrace bootstrap'),
      (23, exists (select from pg_catalog.pg_roles where rolname = '\(roles.owner)')
          and (\(SharedFunctionSQL.ownerLacksSome(roles))),
        '\(roles.owner) may not execute the functions that writing the registry takes',
        'terrace bootstrap'),
      (13, exists (select from pg_catalog.pg_roles where rolname ~ '\(roles.requestPattern)'
          and (rolsuper or rolinherit or rolcreaterole or rolcreatedb or rolbypassrls
            or rolreplication)),
        'a login of the request path has more rights than it needs, or inherits them: '
          || (select string_agg(rolname, ', ' order by rolname) from pg_catalog.pg_roles
            where rolname ~ '\(roles.requestPattern)' and (rolsuper or rolinherit or rolcreaterole
              or rolcreatedb or rolbypassrls or rolreplication)),
        'ALTER ROLE … NOSUPERUSER NOINHERIT NOCREATEROLE NOCREATEDB NOBYPASSRLS NOREPLICATION'),
      (14, \(connections)::integer > current_setting('max_connections')::integer
          - current_setting('superuser_reserved_connections')::integer,
        format('all processes together may open %s connections, and the server allows %s',
          \(connections)::integer, current_setting('max_connections')::integer
            - current_setting('superuser_reserved_connections')::integer),
        'lower TERRACE_DATABASE_CONNECTIONS or TERRACE_REPLICAS, or raise max_connections'),
      (16, \(connections)::integer > (select rolconnlimit from pg_catalog.pg_roles
          where rolname = session_user and rolconnlimit >= 0),
        format('all processes together may open %s connections, and the login %s has %s',
          \(connections)::integer, session_user, (select rolconnlimit from pg_catalog.pg_roles
            where rolname = session_user)),
        'lower TERRACE_DATABASE_CONNECTIONS or TERRACE_REPLICAS'),
      (17, \(RowSecurityPolicy.isRequired) and exists (\(RowSecurityPolicy.unprotectedTables(of: roles))),
        'the database needs row-level gates, and these tables have none: '
          || (select string_agg(name, ', ') from (\(RowSecurityPolicy.unprotectedTables(of: roles)) order by 1 limit 5) t (name)),
        'register the tenant anew, or put the gate back'),
      (15, exists (select from pg_catalog.pg_roles where rolname ~ '\(roles.cellPattern)'
          and not (has_function_privilege(oid,
              'pg_catalog.set_config(text, text, boolean)', 'execute')
            and has_database_privilege(oid, current_database(), 'connect'))),
        'a cell login cannot connect or cannot switch to its tenants'' roles: '
          || (select string_agg(rolname, ', ' order by rolname) from pg_catalog.pg_roles
            where rolname ~ '\(roles.cellPattern)' and not (has_function_privilege(oid,
                'pg_catalog.set_config(text, text, boolean)', 'execute')
              and has_database_privilege(oid, current_database(), 'connect'))),
        format('GRANT CONNECT ON DATABASE %I TO …; GRANT EXECUTE ON FUNCTION pg_catalog.set_config(text, text, boolean) TO …, as \(roles.owner)', current_database())),
      \(tenantRows(roles)),
      \(settingRow)
    )
    -- What is wrong with the roles of another installation is for that one to say.
    select problem,
      case when number in (\(roleRows)) and exists (select from sharer)
        and not exists (select from other) then \(separate) else remedy end,
      number <> \(sharedRoles)
    from wrong where bad and (number = 5 or not exists (select from other)) order by number
    """
  }
}

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

/// The row about the setting that no connection can make for itself.
extension DatabaseCheckSQL {
  /// The settings for all roles by which foreign keys and triggers do nothing.
  private static let replicas = """
    select from pg_catalog.pg_db_role_setting s cross join unnest(s.setconfig) c (setting)
    where s.setrole = 0 and s.setdatabase in (0, (select oid from pg_catalog.pg_database
        where datname = current_database()))
      and c.setting ~* '^session_replication_role=replica$'
    """

  static let settingRow = """
    (24, current_setting('session_replication_role') = 'replica' or exists (\(replicas)),
      'session_replication_role is replica, so that foreign keys and triggers do nothing',
      'ALTER DATABASE … RESET session_replication_role, or ALTER SYSTEM or ALTER ROLE … RESET')
    """
}
