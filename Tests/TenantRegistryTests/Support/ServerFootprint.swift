import PostgresClient

/// All that a server knows of roles and databases, and what a database lets whom do: equal
/// footprints mean that nothing was touched.
struct ServerFootprint: Equatable, Sendable {
  let lines: [String]

  /// - Parameter pattern: a regular expression for the names of the roles that count.
  init(_ superuser: PostgresDatabase, rolesLike pattern: String = "") async throws {
    lines = try await superuser.query(
      """
      select 'role ' || to_jsonb(r)::text from pg_authid r where rolname ~ \(pattern)
      union all select 'member ' || roleid::regrole || ' ' || member::regrole from pg_auth_members
        where pg_get_userbyid(roleid)::text ~ \(pattern)
          or pg_get_userbyid(member)::text ~ \(pattern)
      union all select 'schema ' || nspname || coalesce(nspacl::text, '') from pg_namespace
      union all select 'relation ' || oid::regclass || coalesce(relacl::text, '') from pg_class
      union all select 'function ' || oid::regprocedure || coalesce(proacl::text, '') from pg_proc
      union all select 'language ' || lanname || coalesce(lanacl::text, '') from pg_language
      union all select 'default ' || defaclrole::regrole || defaclacl::text from pg_default_acl
      union all select 'database ' || datname || ' ' || datdba::regrole || coalesce(datacl::text, '')
        from pg_database where pg_get_userbyid(datdba)::text ~ \(pattern)
      order by 1
      """
    ).map { try $0.decode(0) }
  }
}
