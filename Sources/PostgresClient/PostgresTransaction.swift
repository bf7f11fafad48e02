import Synchronization

/// A transaction under way. It is good only inside the closure that it was handed to.
public final class PostgresTransaction: Sendable {
  /// What a transaction may do, and what it sees.
  public enum Mode: Sendable {
    /// Each statement sees what was committed before it.
    case readWrite
    /// It only reads, and sees the database as it was at its first statement.
    case snapshot

    var command: String {
      switch self {
      case .readWrite: "begin"
      case .snapshot: "begin isolation level repeatable read, read only"
      }
    }
  }

  private let mode: Mode
  private let connection: PostgresConnection
  private let database: PostgresDatabase
  private let progress = Mutex(Progress.waiting)

  private enum Progress {
    /// Nothing was sent yet.
    case waiting
    case open
    /// COMMIT was sent.
    case over
  }

  init(_ mode: Mode, connection: PostgresConnection, database: PostgresDatabase) {
    self.mode = mode
    self.connection = connection
    self.database = database
  }

  /// Runs one statement in the transaction.
  ///
  /// - Throws: ``PostgresError``. After an error of the server every other statement fails too.
  @discardableResult
  public func query(_ query: PostgresQuery) async throws(PostgresError) -> PostgresRows {
    try await self.query([query])[0]
  }

  /// Runs several statements in the transaction, in one round trip.
  ///
  /// - Throws: ``PostgresError``. After an error of the server every other statement fails too.
  @discardableResult
  public func query(_ queries: [PostgresQuery]) async throws(PostgresError) -> [PostgresRows] {
    try await run(queries, .open)
  }

  /// Runs the last statements of the transaction and commits it, in one round trip.
  ///
  /// Nothing can be run in it afterwards; and what the closure throws afterwards takes nothing back.
  ///
  /// - Throws: ``PostgresError``.
  public func queryAndCommit(_ queries: [PostgresQuery]) async throws(PostgresError)
    -> [PostgresRows]
  {
    try await run(queries, .over)
  }

  func commit() async throws(PostgresError) {
    guard progress.withLock({ $0 }) == .open else { return }
    _ = try await run(Batch(opening: .none, queries: [], ending: .commit))
  }

  /// - Parameter next: how far the transaction is afterwards.
  private func run(_ queries: [PostgresQuery], _ next: Progress) async throws(PostgresError)
    -> [PostgresRows]
  {
    let now = progress.withLock { $0 }
    precondition(now != .over, "the transaction is committed")
    let batch = Batch(
      opening: now == .waiting ? .begin(mode) : .none, guards: database.guards, queries: queries,
      ending: next == .over ? .commit : .none)
    try batch.validate()
    progress.withLock { $0 = next }
    return try await run(batch)
  }

  /// Rolls back, whether or not the task is cancelled.
  ///
  /// - Returns: whether the connection can take other work; one on which it failed is closed.
  func rollback() async -> Bool {
    guard connection.isInTransaction else { return true }
    let batch = Batch(opening: .none, queries: [], ending: .rollback)
    let operation = Operation(pool: database.pool, scope: database.scope, batch: batch)
    guard case .failure = await start(operation, batch) else { return true }
    connection.close()
    return false
  }

  private func run(_ batch: Batch) async throws(PostgresError) -> [PostgresRows] {
    try await connection.run(batch, of: database)
  }

  private func start(_ operation: Operation, _ batch: Batch) async -> Operation.Outcome {
    await connection.start(operation, batch)
  }
}

extension PostgresConnection {
  /// Runs a batch for whoever has checked the connection out.
  fileprivate func run(_ batch: Batch, of database: PostgresDatabase) async throws(PostgresError)
    -> [PostgresRows]
  {
    let operation = Operation(pool: database.pool, scope: database.scope, batch: batch)
    let outcome = await withTaskCancellationHandler {
      await start(operation, batch)
    } onCancel: {
      operation.cancel()?.cancel(operation)
    }
    switch outcome {
    case .rows(let rows): return rows
    case .failure(let error): throw error
    case .connection: preconditionFailure("a batch does not check a connection out")
    }
  }

  fileprivate func start(_ operation: Operation, _ batch: Batch) async -> Operation.Outcome {
    await withUnsafeContinuation { continuation in
      guard operation.wait(continuation), operation.start(on: self) else { return }
      if !run(operation, batch, staysCheckedOut: true) {
        operation.resume(.failure(PostgresError(code: .connectionLost)))
      }
    }
  }
}

extension PostgresDatabase {
  /// Runs each statement by itself, in no transaction, for the few that cannot run in one: on a
  /// connection of its own, which begins with `settings` and is closed afterwards.
  func queryOutsideTransaction(
    _ queries: [PostgresQuery], settings: [PostgresQuery]
  ) async throws(PostgresError) {
    let connection = try await client.checkout(self)
    defer {
      connection.close()
      client.connectionIsLost(
        connection, PostgresError(code: .connectionLost, detail: "its settings were changed"))
    }
    for queries in [settings] + queries.map({ [$0] }) {
      _ = try await connection.run(
        Batch(opening: .none, queries: queries, ending: .none), of: self)
    }
  }
}

extension PostgresClient {
  func withTransaction<R: Sendable>(
    _ mode: PostgresTransaction.Mode, on database: PostgresDatabase,
    _ body: (PostgresTransaction) async throws -> R
  ) async throws -> R {
    let connection = try await checkout(database)
    let transaction = PostgresTransaction(mode, connection: connection, database: database)
    do {
      let result = try await body(transaction)
      try await transaction.commit()
      connectionIsFree(connection)
      return result
    } catch {
      if await transaction.rollback() {
        connectionIsFree(connection)
      } else {
        connectionIsLost(
          connection, PostgresError(code: .connectionLost, detail: "rollback failed"))
      }
      throw error
    }
  }
}
