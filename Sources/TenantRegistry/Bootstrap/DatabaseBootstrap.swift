import PostgresClient

/// The one-time part of preparing a Postgres database, which needs its administrator: the roles, who
/// owns the database, and the rights that everybody loses.
///
/// Every statement can be run again without harm.
public struct DatabaseBootstrap: Sendable {
  /// The login that applies it is not a superuser.
  public struct NotSuperuser: Error, CustomStringConvertible {
    let login: String

    public var description: String {
      "\(login) is not a superuser: bootstrap must take rights from PUBLIC that only a superuser "
        + "can take (on a managed service that gives no superuser: terrace bootstrap --gate row-level)"
    }
  }

  /// Another installation holds the roles, or the database.
  public struct NameConflict: Error, CustomStringConvertible {
    public let description: String
  }

  private let database: String
  private let roles: DatabaseRoles
  private let mechanism: IsolationMechanism
  private let ownerPassword: Secret?
  private let readerPassword: Secret?

  /// - Parameters:
  ///   - database: the database's name.
  ///   - roles: what the roles are called.
  ///   - mechanism: `rowLevel` for a managed service that gives no superuser: what only one can do is
  ///     left out, and every tenant's tables get a policy.
  ///   - ownerPassword: what the owner will log in with; nil leaves it as it is.
  ///   - readerPassword: what the reader will log in with; nil leaves it as it is.
  public init(
    database: String, roles: DatabaseRoles = .standard, mechanism: IsolationMechanism = .revoke,
    ownerPassword: Secret? = nil, readerPassword: Secret? = nil
  ) {
    self.database = database
    self.roles = roles
    self.mechanism = mechanism
    self.ownerPassword = ownerPassword
    self.readerPassword = readerPassword
  }

  /// The statements in order, without their semicolons, to be run in the database itself.
  /// Passwords are in them as SCRAM verifiers only.
  public var statements: [String] {
    BootstrapSQL.statements(database: database, roles: roles, mechanism: mechanism)
      + [(roles.owner, ownerPassword), (roles.reader, readerPassword)].compactMap {
        role, password in
        password.map { BootstrapSQL.setPassword(of: role, SCRAMVerifier(password: $0)) }
      }
  }

  /// Creates the database if it is missing, and runs the statements, all or none.
  ///
  /// - Parameter superuser: a superuser's login on the server, or with `rowLevel` one that may
  ///   create roles and databases; the database `postgres` must exist too.
  /// - Throws: ``NotSuperuser``, ``NameConflict``, ``DatabaseEncoding/NotUTF8``, and then no role has
  ///   changed; ``PostgresError``.
  public func apply(client: PostgresClient, superuser: PostgresLogin) async throws {
    var login = superuser
    login.database = "postgres"
    let server = client.database(login)
    if mechanism == .revoke {
      guard try await server.query(BootstrapSQL.isSuperuser)[0].decode(0) else {
        throw NotSuperuser(login: superuser.user)
      }
    }
    let conflict = InstallationSQL.conflict(database: database, roles)
    if let conflict: String = try await server.query(.init(unsafeSQL: conflict))[0]
      .decodeIfPresent(0)
    {
      throw NameConflict(description: conflict)
    }
    if try await server.query(BootstrapSQL.find(database: database)).isEmpty {
      _ = try await server.query(BootstrapSQL.create(database: database))
    }
    login.database = database
    try await DatabaseEncoding.requireUTF8(client.database(login))
    _ = try await client.database(login).transaction(
      statements.map(PostgresQuery.init(unsafeSQL:)))
  }
}

/// The SQL of ``DatabaseBootstrap``, run by the server's administrator.
private enum BootstrapSQL {
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

  static func statements(
    database name: String, roles: DatabaseRoles, mechanism: IsolationMechanism
  ) -> [String] {
    let database = PostgresQuery.quoteIdentifier(name)
    return [refuse(database: name, roles)] + create(roles, mechanism) + [
      "alter database \(database) owner to \(roles.owner)",
      "revoke connect, temporary on database \(database) from public",
      "grant connect on database \(database) to \(roles.reader)",
      RowSecurityPolicy.remember(mechanism, database: name),
    ] + revokes(roles) + (mechanism == .revoke ? superuserRevokes(roles) : [])
  }

  /// Ends the transaction if another installation holds what it would change.
  private static func refuse(database: String, _ roles: DatabaseRoles) -> String {
    """
    do $do$
    declare
      reason text := (\(InstallationSQL.conflict(database: database, roles)));
    begin
      if reason is not null then raise exception '%', reason; end if;
    end
    $do$
    """
  }

  /// The owner makes every other role; the reader is granted what it needs by the registry's
  /// migrations. Who is no superuser may not even say that a role is none, and must be a member of
  /// the owner to hand the database over.
  private static func create(_ roles: DatabaseRoles, _ mechanism: IsolationMechanism) -> [String] {
    let plain = mechanism == .revoke ? "nosuperuser nocreatedb noreplication nobypassrls" : ""
    let membership = mechanism == .revoke ? [] : ["grant \(roles.owner) to current_user"]
    return [
      create(role: roles.owner), "alter role \(roles.owner) with login createrole \(plain)",
      create(role: roles.reader),
      "alter role \(roles.reader) with login noinherit nocreaterole \(plain)",
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
  private static func revokes(_ roles: DatabaseRoles) -> [String] {
    [
      "revoke all on schema public from public",
      "alter default privileges for role \(roles.owner) revoke execute on functions from public",
    ]
  }

  /// What only a superuser can take.
  private static func superuserRevokes(_ roles: DatabaseRoles) -> [String] {
    [
      "revoke execute on function pg_catalog.set_config(text, text, boolean) from public",
      """
      grant execute on function pg_catalog.set_config(text, text, boolean) to \(roles.owner) \
      with grant option
      """,
      "revoke usage on language plpgsql from public",
      "grant usage on language plpgsql to \(roles.owner)",
      TenantLoginBounds.allow(roles.owner), TenantLoginBounds.boundAll(roles),
      closeMaintenanceDatabases,
    ] + SharedFunctionSQL.revoke(roles)
  }

  /// Tenants' logins need no other database than theirs, and what they own elsewhere keeps them from
  /// being dropped. Other people's databases are theirs to close.
  private static let closeMaintenanceDatabases = """
    do $do$
    declare
      name text;
    begin
      for name in select datname from pg_catalog.pg_database
        where datname in ('postgres', 'template1')
          and has_database_privilege('public', oid, 'connect')
      loop
        execute format('revoke connect on database %I from public', name);
      end loop;
    end
    $do$
    """
}
