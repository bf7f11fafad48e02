/// Statements that travel in one round trip and succeed or fail together.
struct Batch: Sendable {
  var queries: [PostgresQuery]
  /// Whether BEGIN and COMMIT are put around the statements. Without them they are one implicit
  /// transaction, which reads do well with.
  var isTransaction: Bool
}
