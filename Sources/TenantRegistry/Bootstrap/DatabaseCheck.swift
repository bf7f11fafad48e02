import PostgresClient
import Tenancy

/// Whether a database is as ``DatabaseBootstrap`` leaves it. Any login can check.
public struct DatabaseCheck: Sendable {
  /// Something that is not as it must be.
  public struct Finding: Sendable, Equatable, CustomStringConvertible {
    /// What is wrong, in one sentence.
    public let problem: String
    /// The statement that mends it, or what to do.
    public let remedy: String
    /// Whether no process may serve because of it.
    public var blocksServing = true

    public init(problem: String, remedy: String, blocksServing: Bool = true) {
      self.problem = problem
      self.remedy = remedy
      self.blocksServing = blocksServing
    }

    public var description: String { "\(problem); to mend it: \(remedy)" }
  }

  private let database: PostgresDatabase
  private let roles: DatabaseRoles
  private let connections: Int

  /// - Parameters:
  ///   - roles: those that the database was bootstrapped with.
  ///   - connections: how many connections all processes on the database may open together.
  public init(
    _ database: PostgresDatabase, roles: DatabaseRoles = .standard, connections: Int = 0
  ) {
    self.database = database
    self.roles = roles
    self.connections = connections
  }

  /// What is wrong; empty if nothing is. A process must not serve while there is anything that
  /// blocks it.
  ///
  /// Where `pg_catalog.set_config` cannot be taken from PUBLIC, as on managed services without a
  /// superuser, that is a finding too: one injected expression could then switch tenant.
  public func findings() async throws -> [Finding] {
    // First of all, since what else is wrong could not even be said in every encoding.
    if let finding = try await DatabaseEncoding.finding(database) { return [finding] }
    return try await findings(DatabaseCheckSQL.all(connections: connections, roles: roles))
  }

  /// By what one tenant could hold up the others, though it reads and writes nothing of theirs. A
  /// process serves all the same.
  public func warnings() async throws -> [Finding] {
    try await findings(DatabaseCheckSQL.sharedResources(roles))
  }

  private func findings(_ query: PostgresQuery) async throws -> [Finding] {
    try await database.query(query).map {
      // Names of tables, roles and databases are in it, which can be anything.
      Finding(
        problem: try $0.decode(0, as: String.self).withoutLayoutControls,
        remedy: try $0.decode(1, as: String.self).withoutLayoutControls,
        blocksServing: try $0.decode(2))
    }
  }
}

/// The encoding that a database must have.
public enum DatabaseEncoding {
  /// Text would not fit into the database.
  public struct NotUTF8: Error, CustomStringConvertible {
    let finding: DatabaseCheck.Finding

    public var description: String { finding.description }
  }

  /// - Throws: ``NotUTF8``; ``PostgresError``.
  public static func requireUTF8(_ database: PostgresDatabase) async throws {
    if let finding = try await finding(database) { throw NotUTF8(finding: finding) }
  }

  /// What is wrong with the encoding; nil if nothing is.
  static func finding(_ database: PostgresDatabase) async throws -> DatabaseCheck.Finding? {
    let row = try await database.query(
      """
      select current_database(), pg_catalog.pg_encoding_to_char(encoding)
      from pg_catalog.pg_database where datname = current_database()
      """)[0]
    let (name, encoding): (String, String) = (try row.decode(0), try row.decode(1))
    guard encoding != "UTF8" else { return nil }
    return .init(
      problem: "the encoding of the database \(name) is \(encoding), and everything here is UTF-8",
      remedy: "make it anew, with CREATE DATABASE \(PostgresQuery.quoteIdentifier(name)) TEMPLATE "
        + "template0 ENCODING 'UTF8'")
  }
}
