import PostgresClient

/// The one-time part of preparing a Postgres database, which needs a superuser.
///
/// Every statement can be run again without harm.
public struct DatabaseBootstrap: Sendable {
  /// - Parameters:
  ///   - database: the database's name.
  ///   - ownerPassword: what `terrace_owner` will log in with; nil leaves it as it is.
  ///   - readerPassword: what `terrace_reader` will log in with; nil leaves it as it is.
  public init(database: String, ownerPassword: Secret? = nil, readerPassword: Secret? = nil) {
    fatalError()
  }

  /// The statements in order, without their semicolons, to be run in the database itself.
  /// Passwords are in them as SCRAM verifiers only.
  public var statements: [String] {
    fatalError()
  }

  /// Creates the database if it is missing, and runs the statements.
  ///
  /// - Parameter superuser: a superuser's login for the database; `postgres` must exist too.
  public func apply(client: PostgresClient, superuser: PostgresLogin) async throws {
    fatalError()
  }
}
