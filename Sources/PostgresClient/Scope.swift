/// What a statement may touch: the role it runs as and the schemas its names resolve in.
///
/// The switch is made anew in every transaction, in the same round trip as the statements, and
/// ends with it.
public struct Scope: Hashable, Sendable {
  /// The role that the login switches to. Waiting requests take turns by role.
  public let role: String
  /// `search_path`, as Postgres writes it: identifiers that need quotes are quoted.
  public let searchPath: String

  public init(role: String, searchPath: String) {
    self.role = role
    self.searchPath = searchPath
  }

  /// The scope of a role that owns nothing but may use `schema`; temporary names come last.
  public init(role: String, schema: String) {
    self.init(role: role, searchPath: "\(PostgresQuery.quoteIdentifier(schema)), pg_temp")
  }
}
