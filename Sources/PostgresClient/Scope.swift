/// What a statement may touch: the role it runs as and the schemas its names resolve in.
///
/// The switch is made anew in every transaction, in the same round trip as the statements, and
/// ends with it.
public struct Scope: Hashable, Sendable {
  /// The role that the login switches to. Waiting requests take turns by role.
  public let role: String
  /// `search_path`, as Postgres writes it: identifiers that need quotes are quoted.
  public let searchPath: String
  /// What opens the row-level gate of the scope's tables, where they have one. It belongs to the
  /// role, and so says nothing of whether two scopes are the same.
  public let gate: GateKey?

  public init(role: String, searchPath: String, gate: GateKey? = nil) {
    self.role = role
    self.searchPath = searchPath
    self.gate = gate
  }

  /// The scope of a role that owns nothing but may use `schema`; temporary names come last.
  public init(role: String, schema: String, gate: GateKey? = nil) {
    self.init(
      role: role, searchPath: "\(PostgresQuery.quoteIdentifier(schema)), pg_temp", gate: gate)
  }

  public static func == (lhs: Scope, rhs: Scope) -> Bool {
    lhs.role == rhs.role && lhs.searchPath == rhs.searchPath
  }

  /// By the role alone, which has one search path at a time.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(role)
  }
}
