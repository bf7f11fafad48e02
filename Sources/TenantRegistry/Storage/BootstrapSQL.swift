import PostgresClient

/// The SQL of ``DatabaseBootstrap``, run by the server's administrator.
enum BootstrapSQL {
  static let isSuperuser: PostgresQuery =
    "select rolsuper from pg_catalog.pg_roles where rolname = current_user"

  static func find(database: String) -> PostgresQuery {
    "select from pg_catalog.pg_database where datname = \(database)"
  }

  /// From `template0`, whose encoding can be chosen.
  static func create(database: String) -> PostgresQuery {
    PostgresQuery(
      unsafeSQL: "create database \(PostgresQuery.quoteIdentifier(database)) "
        + "template template0 encoding 'UTF8'")
  }

  static func setPassword(of role: String, _ verifier: SCRAMVerifier) -> String {
    "alter role \(role) password \(PostgresQuery.quoteLiteral(verifier.description))"
  }

  static func statements(database name: String, barrier: TenantBarrier) -> [String] {
    let database = PostgresQuery.quoteIdentifier(name)
    return roles(barrier) + [
      "alter database \(database) owner to terrace_owner",
      "revoke connect, temporary on database \(database) from public",
      "grant connect on database \(database) to terrace_reader",
      GateSQL.remember(barrier, database: name),
    ] + revokes + (barrier == .revoke ? superuserRevokes : [])
  }

  /// The owner makes every other role; the reader is granted what it needs by the registry's
  /// migrations. Who is no superuser may not even say that a role is none, and must be a member of
  /// the owner to hand the database over.
  private static func roles(_ barrier: TenantBarrier) -> [String] {
    let plain = barrier == .revoke ? "nosuperuser nocreatedb noreplication nobypassrls" : ""
    let membership = barrier == .revoke ? [] : ["grant terrace_owner to current_user"]
    return [
      create(role: "terrace_owner"), "alter role terrace_owner with login createrole \(plain)",
      create(role: "terrace_reader"),
      "alter role terrace_reader with login noinherit nocreaterole \(plain)",
    ] + membership
  }

  private static func create(role: String) -> String {
    """
    do $$ begin
      if not exists (select from pg_catalog.pg_roles where rolname = '\(role)') then
        create role \(role);
      end if;
    end $$
    """
  }

  /// What would let one injected expression, or one tenant's leftovers on a connection, reach
  /// another tenant.
  private static let revokes = [
    "revoke all on schema public from public",
    "alter default privileges for role terrace_owner revoke execute on functions from public",
  ]

  /// What only a superuser can take.
  private static let superuserRevokes = [
    "revoke execute on function pg_catalog.set_config(text, text, boolean) from public",
    """
    grant execute on function pg_catalog.set_config(text, text, boolean) to terrace_owner \
    with grant option
    """,
    "revoke usage on language plpgsql from public",
    "grant usage on language plpgsql to terrace_owner",
  ]
}
