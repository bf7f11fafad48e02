import PostgresClient

/// The SQL of ``DatabaseBootstrap``, run by a superuser.
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

  static func statements(database name: String) -> [String] {
    let database = PostgresQuery.quoteIdentifier(name)
    return roles + [
      "alter database \(database) owner to terrace_owner",
      "revoke connect, temporary on database \(database) from public",
      "grant connect on database \(database) to terrace_reader",
    ] + revokes
  }

  /// The owner makes every other role; the reader is granted what it needs by the registry's
  /// migrations.
  private static let roles = [
    create(role: "terrace_owner"),
    """
    alter role terrace_owner with login createrole nosuperuser nocreatedb noreplication \
    nobypassrls
    """,
    create(role: "terrace_reader"),
    """
    alter role terrace_reader with login noinherit nocreaterole nosuperuser nocreatedb \
    noreplication nobypassrls
    """,
  ]

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
    "revoke execute on function pg_catalog.set_config(text, text, boolean) from public",
    """
    grant execute on function pg_catalog.set_config(text, text, boolean) to terrace_owner \
    with grant option
    """,
    "revoke usage on language plpgsql from public",
    "grant usage on language plpgsql to terrace_owner",
    "alter default privileges for role terrace_owner revoke execute on functions from public",
  ]
}
