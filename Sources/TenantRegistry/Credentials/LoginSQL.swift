import PostgresClient

/// The statements that make and remove logins. They run as the owner, inside a transaction.
enum LoginSQL {
  /// To be run first on the registry's node: two transactions that change the same object's
  /// privileges at once would fail, and roles that get such rights are rare enough to queue for it.
  /// A table, since an advisory lock any login could take, and keep.
  static let lockSharedPrivileges: PostgresQuery =
    "lock table registry.shared_privileges in exclusive mode"

  /// A login of the request path, which may connect and switch roles.
  static func create(
    _ login: String, verifier: SCRAMVerifier, database: String, options: String = ""
  ) -> [PostgresQuery] {
    let name = TenantSchemaSQL.quoted(login)
    return [
      """
      create role \(name) login noinherit \(options) \
      password \(PostgresQuery.quoteLiteral(verifier.description))
      """,
      "grant connect on database \(TenantSchemaSQL.quoted(database)) to \(name)",
      "grant execute on function pg_catalog.set_config(text, text, boolean) to \(name)",
      TenantLoginBounds.bound(login),
    ].map(PostgresQuery.init(unsafeSQL:))
  }

  /// The role's members may switch to it, and have none of its rights without.
  ///
  /// - Parameter serverVersion: `server_version_num`.
  static func grant(_ role: String, to login: String, serverVersion: Int) -> PostgresQuery {
    let options = serverVersion >= 160_000 ? " with inherit false, set true" : ""
    return PostgresQuery(
      unsafeSQL:
        "grant \(TenantSchemaSQL.quoted(role)) to \(TenantSchemaSQL.quoted(login))\(options)")
  }

  static func revoke(_ role: String, from login: String) -> PostgresQuery {
    PostgresQuery(
      unsafeSQL: "revoke \(TenantSchemaSQL.quoted(role)) from \(TenantSchemaSQL.quoted(login))")
  }

  /// What a dedicated tenant's login may read of the registry, and its lease.
  static func openRegistry(to login: String) -> [PostgresQuery] {
    let name = TenantSchemaSQL.quoted(login)
    return [
      "grant usage on schema registry to \(name)",
      """
      grant select on registry.own_tenant, registry.own_hosts, registry.own_signing_keys, \
      registry.migrations to \(name)
      """,
      """
      grant execute on function registry.renew_lease(uuid, text, bigint, interval), \
      registry.release_lease(uuid), registry.hold_lease(uuid) to \(name)
      """,
    ].map(PostgresQuery.init(unsafeSQL:))
  }

  /// No new sessions; those that are open stay.
  static func close(_ login: String) -> PostgresQuery {
    PostgresQuery(unsafeSQL: "alter role \(TenantSchemaSQL.quoted(login)) nologin")
  }

  /// Makes the owner a member: only one may see what the login's sessions do, end them, and
  /// drop what the login owns.
  static func join(_ login: String) -> PostgresQuery {
    PostgresQuery(unsafeSQL: "grant \(TenantSchemaSQL.quoted(login)) to current_user")
  }

  /// Lets no new session in. It touches no row that the login itself can lock.
  static func revokeConnect(on database: String, from login: String) -> PostgresQuery {
    PostgresQuery(
      unsafeSQL: "revoke connect on database \(TenantSchemaSQL.quoted(database)) "
        + "from \(TenantSchemaSQL.quoted(login))")
  }

  /// Takes from the login what it could still do in the sessions that are open, but for what it
  /// owns: to be committed before they are ended.
  static func revokeAll(from login: String) -> [PostgresQuery] {
    let name = TenantSchemaSQL.quoted(login)
    return [
      join(login), close(login),
      PostgresQuery(
        unsafeSQL: """
          do $do$
          declare
            role text;
          begin
            for role in select roleid::regrole from pg_catalog.pg_auth_members
              where member = to_regrole(\(PostgresQuery.quoteLiteral(name)))
            loop
              execute format('revoke %s from %I', role, \(PostgresQuery.quoteLiteral(login)));
            end loop;
          end
          $do$
          """),
    ]
  }

  static func endSessions(of login: String) -> PostgresQuery {
    "select pg_terminate_backend(pid) from pg_stat_activity where usename = \(login)"
  }

  /// Removes some of the large objects that the login owns; no row if there were none. To be
  /// repeated: each is locked until the transaction ends, and the server's table of locks has room
  /// for some thousands.
  static func removeLargeObjects(of login: String) -> PostgresQuery {
    """
    select count(lo_unlink(oid)) from (
      select oid from pg_catalog.pg_largeobject_metadata
      where lomowner = to_regrole(quote_ident(\(login))) limit 1000) own
    having count(*) > 0
    """
  }

  /// Removes the login. Its sessions are ended once more: one may have begun while it was revoked.
  static func drop(_ login: String) -> [PostgresQuery] {
    let name = TenantSchemaSQL.quoted(login)
    return [
      endSessions(of: login),
      PostgresQuery(unsafeSQL: "drop owned by \(name)"),
      PostgresQuery(unsafeSQL: "drop role \(name)"),
    ]
  }
}
