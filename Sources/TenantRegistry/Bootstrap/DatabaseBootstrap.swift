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
