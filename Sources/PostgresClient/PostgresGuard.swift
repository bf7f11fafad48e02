/// A condition that every batch of a database begins with.
///
/// It is checked right after the scope's switch, in the same round trip and the same transaction.
/// Where it does not hold, the server runs nothing else of the batch, and the call throws a
/// ``PostgresError`` with code `guardRefused`.
public struct PostgresGuard: Sendable {
  /// SQLSTATE division_by_zero: what the statement fails with where the condition does not hold.
  static let refusal = "22012"

  let query: PostgresQuery

  /// - Parameter query: a SELECT. The condition holds where it finds a row.
  public init(requiring query: PostgresQuery) {
    var query = query
    query.sql = "select 1/(exists(\(query.sql)))::int"
    self.query = query
  }
}
