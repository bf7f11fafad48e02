/// A door to one database as one login, in one scope or none: who holds it can open no other.
///
/// Every call checks a connection out of the login's pool, waits its turn among the other scopes,
/// and gives it back before it returns. All throw ``PostgresError``. If the caller's task is
/// cancelled, the statement under way is cancelled on the server, and the call throws `cancelled`.
///
/// A class, since it goes from hand to hand in every request, and copying a struct of it would count
/// a reference for each of its fields.
public final class PostgresDatabase: Sendable {
  let client: PostgresClient
  let pool: PoolID
  /// The scope that every statement runs in; nil runs as the login itself.
  public let scope: SessionScope?
  let guards: [PostgresGuard]
  let currentLocation: (@Sendable () async -> PostgresDatabase?)?

  init(
    client: PostgresClient, pool: PoolID, scope: SessionScope?, guards: [PostgresGuard] = [],
    currentLocation: (@Sendable () async -> PostgresDatabase?)?
  ) {
    self.client = client
    self.pool = pool
    self.scope = scope
    self.guards = guards
    self.currentLocation = currentLocation
  }

  /// The same door, behind one more condition.
  public func guarded(by condition: PostgresGuard) -> PostgresDatabase {
    PostgresDatabase(
      client: client, pool: pool, scope: scope, guards: guards + [condition],
      currentLocation: currentLocation)
  }

  /// The door to the database of the same name on another server, with the same login, scope and
  /// guards.
  public func on(host: String, port: Int) -> PostgresDatabase {
    client.database(self, host: host, port: port)
  }

  /// Runs one statement in one round trip, as a transaction of its own.
  ///
  /// - Throws: ``PostgresError``. `connectFailed`, `queueFull` and `queueTimeout` say that nothing
  ///   was sent.
  public func query(_ query: PostgresQuery) async throws(PostgresError) -> PostgresRows {
    try await client.execute(
      Batch(opening: .implicit, guards: guards, queries: [query], ending: .none), on: self)[0]
  }

  /// Runs several reads in one round trip and one snapshot-less implicit transaction.
  public func read(_ queries: PostgresQuery...) async throws(PostgresError) -> [PostgresRows] {
    try await read(queries)
  }

  /// Runs several reads in one round trip and one snapshot-less implicit transaction.
  public func read(_ queries: [PostgresQuery]) async throws(PostgresError) -> [PostgresRows] {
    try await client.execute(
      Batch(opening: .implicit, guards: guards, queries: queries, ending: .none), on: self)
  }

  /// Runs the statements between BEGIN and COMMIT, in one round trip: all take effect or none.
  ///
  /// - Returns: the statements' results, in order.
  public func transaction(_ queries: [PostgresQuery]) async throws(PostgresError) -> [PostgresRows]
  {
    try await client.execute(
      Batch(opening: .begin(.readWrite), guards: guards, queries: queries, ending: .commit),
      on: self)
  }

  /// Runs `body` inside a transaction that commits when it returns and rolls back when it throws.
  ///
  /// BEGIN, the scope's switch and the guards travel with the first statement.
  ///
  /// - Parameter mode: whether it may write.
  public func withTransaction<R: Sendable>(
    as mode: PostgresTransaction.Mode = .readWrite,
    _ body: (PostgresTransaction) async throws -> R
  ) async throws -> R {
    try await client.withTransaction(mode, on: self, body)
  }
}
