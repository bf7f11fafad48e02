/// How far a schema has come, as the comment on it says: `tenant migration 7`, and within a
/// migration that runs in steps `1 statement of the next, one more up to 4000; tenant migration 7`.
///
/// The comment changes in the same transaction as the schema, on whichever server that is. Its last
/// word is the version, which is all that releases before steps read of it.
public struct SchemaPosition: Equatable, Sendable {
  /// How many migrations the schema has had.
  public var version: Int
  /// How many statements of the next one have run.
  var statements = 0
  /// The key up to which the statement after those has run, if it runs in batches.
  var key: Int64?

  public init(version: Int) { self.version = version }

  /// Nil if the comment is none of a position.
  init?(comment: String) {
    let form =
      #/
      (?:(\d+)\ statements?\ of\ the\ next(?:,\ one\ more\ up\ to\ (-?\d+))?;\ )?
      \w+\ migration\ (\d+)
      /#
    guard let match = comment.wholeMatch(of: form), let version = Int(match.3) else { return nil }
    self.version = version
    statements = match.1.flatMap { Int($0) } ?? 0
    key = match.2.flatMap { Int64($0) }
  }

  func comment(target: String) -> String {
    var steps = ""
    if statements > 0 || key != nil {
      steps = "\(statements) statement\(statements == 1 ? "" : "s") of the next"
      if let key { steps += ", one more up to \(key)" }
      steps += "; "
    }
    return "\(steps)\(target) migration \(version)"
  }

  /// Writes it down, as the schema's owner. Until its transaction ends, no other can do the same.
  ///
  /// - Parameter target: what kind of schema it is, in a word.
  public func write(_ schema: String, target: String) -> PostgresQuery {
    PostgresQuery(
      unsafeSQL: "comment on schema \(PostgresQuery.quoteIdentifier(schema)) is "
        + PostgresQuery.quoteLiteral(comment(target: target)))
  }

  /// Where a schema is; nil if it is not there, or if nothing was written down.
  static func read(_ schema: String, in database: PostgresDatabase) async throws -> Self? {
    try await database.query(
      """
      select obj_description(oid, 'pg_namespace') from pg_catalog.pg_namespace
      where nspname = \(schema)
      """
    ).first?.decodeIfPresent(0, as: String.self).flatMap(Self.init(comment:))
  }
}
