/// A transaction under way. It is good only inside the closure that it was handed to.
public struct PostgresTransaction: Sendable {
  /// Runs one statement in the transaction.
  @discardableResult
  public func query(_ query: PostgresQuery) async throws(PostgresError) -> PostgresRows {
    try await self.query([query])[0]
  }

  /// Runs several statements in the transaction, in one round trip.
  @discardableResult
  public func query(_ queries: [PostgresQuery]) async throws(PostgresError) -> [PostgresRows] {
    fatalError()
  }
}
