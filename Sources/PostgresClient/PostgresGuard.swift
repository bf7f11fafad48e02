/// Conditions that every batch of a database begins with.
///
/// They are checked right after the scope's switch, in the same round trip and the same transaction.
/// Where one does not hold, the server runs nothing else of the batch, and the call throws a
/// ``PostgresError`` with code `guardRefused` and the first ``PostgresError/failedCondition``.
public struct PostgresGuard: Sendable {
  /// An expression that fails with a SQLSTATE of its own where a condition does not hold.
  private struct Check {
    let opening: StaticString
    let closing: StaticString
    let refusal: String
  }

  private static let checks = [
    Check(opening: "select 1/(exists(", closing: "))::int", refusal: "22012"),
    Check(opening: ",sqrt((exists(", closing: "))::int*2-1)", refusal: "2201F"),
    Check(opening: ",ln((exists(", closing: "))::int)", refusal: "2201E"),
  ]

  let query: PostgresQuery
  /// How many conditions there are.
  let count: Int

  /// - Parameter conditions: one to three SELECTs without text of ``PostgresQuery/init(unsafeSQL:)``.
  ///   Each holds where it finds a row. They are checked in order, and those after the first that
  ///   does not hold are not looked at.
  public init(requiring conditions: [PostgresQuery]) {
    precondition((1...Self.checks.count).contains(conditions.count), "one to three conditions")
    var text = PostgresQuery.StringInterpolation(
      literalCapacity: 0, interpolationCount: 4 * conditions.count)
    for (check, condition) in zip(Self.checks, conditions) {
      text.appendLiteral(check.opening)
      text.appendInterpolation(query: condition)
      text.appendLiteral(check.closing)
    }
    query = PostgresQuery(stringInterpolation: text)
    count = conditions.count
  }

  /// The place of the condition that an error of the guard's statement stands for.
  static func failedCondition(_ error: PostgresError) -> Int? {
    checks.firstIndex { $0.refusal == error.sqlState }
  }
}
