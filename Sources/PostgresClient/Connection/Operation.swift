import Synchronization

/// A request for a connection, and what is done with it: a batch is run on it, or it is
/// checked out.
///
/// It is resumed exactly once. Cancelling is possible at any time, and tells the caller what is
/// left to do by where the operation is.
final class Operation: Sendable, Hashable {
  enum Outcome: Sendable {
    case rows([PostgresRows])
    /// The connection is checked out: the caller's until it is released.
    case connection(PostgresConnection)
    indirect case failure(PostgresError)
  }

  private enum Phase {
    case created
    case waiting(UnsafeContinuation<Outcome, Never>)
    case running(UnsafeContinuation<Outcome, Never>, PostgresConnection)
    case done
  }

  private struct State {
    var phase = Phase.created
    var isCancelled = false
  }

  let pool: PoolID
  let scope: SessionScope?
  /// The batch to run; nil checks the connection out.
  let batch: Batch?
  private let state = Mutex(State())

  init(pool: PoolID, scope: SessionScope?, batch: Batch?) {
    self.pool = pool
    self.scope = scope
    self.batch = batch
  }

  /// The name under which the operation waits its turn.
  var turn: String { scope?.role ?? "" }

  /// The caller waits.
  ///
  /// - Returns: false if it was cancelled already, and has been resumed.
  func wait(_ continuation: UnsafeContinuation<Outcome, Never>) -> Bool {
    let isCancelled = state.withLock { state in
      state.phase = state.isCancelled ? .done : .waiting(continuation)
      return state.isCancelled
    }
    if isCancelled { continuation.resume(returning: .failure(PostgresError(code: .cancelled))) }
    return !isCancelled
  }

  /// The batch is about to be sent on `connection`.
  ///
  /// - Returns: false if it was cancelled before anything was sent, and has been resumed.
  func start(on connection: PostgresConnection) -> Bool {
    let cancelled: UnsafeContinuation<Outcome, Never>? = state.withLock { state in
      guard case .waiting(let continuation) = state.phase else { return nil }
      guard state.isCancelled else {
        state.phase = .running(continuation, connection)
        return nil
      }
      state.phase = .done
      return continuation
    }
    cancelled?.resume(returning: .failure(PostgresError(code: .cancelled)))
    return cancelled == nil
  }

  /// Nothing was sent after all: the operation waits again.
  func restart() {
    state.withLock { state in
      if case .running(let continuation, _) = state.phase { state.phase = .waiting(continuation) }
    }
  }

  func resume(_ outcome: Outcome) {
    let continuation: UnsafeContinuation<Outcome, Never>? = state.withLock { state in
      defer { state.phase = .done }
      return switch state.phase {
      case .waiting(let continuation), .running(let continuation, _): continuation
      case .created, .done: nil
      }
    }
    continuation?.resume(returning: outcome)
  }

  /// The caller wants it no longer.
  ///
  /// - Returns: the connection on which it is under way, if it is.
  func cancel() -> PostgresConnection? {
    state.withLock { state in
      state.isCancelled = true
      guard case .running(_, let connection) = state.phase else { return nil }
      return connection
    }
  }

  var isCancelled: Bool { state.withLock { $0.isCancelled } }

  static func == (lhs: Operation, rhs: Operation) -> Bool { lhs === rhs }

  func hash(into hasher: inout Hasher) {
    hasher.combine(ObjectIdentifier(self))
  }
}

/// Statements that travel in one round trip and succeed or fail together.
struct Batch: Sendable {
  /// What comes before the statements.
  enum Opening: Sendable {
    /// The scope's switch: without BEGIN the batch is one implicit transaction that ends with it.
    case implicit
    /// BEGIN and the scope's switch.
    case begin(PostgresTransaction.Mode)
    /// Nothing: the transaction is open already.
    case none
  }

  /// What comes after them.
  enum Ending: Sendable {
    case commit
    case rollback
    case none
  }

  var opening: Opening
  /// What must hold for anything else to run. Nothing is asked where the transaction is open already.
  var guards: [PostgresGuard] = []
  var queries: [PostgresQuery]
  var ending: Ending

  /// - Throws: ``PostgresError`` with SQLSTATE 22021 if a parameter has a NUL byte, which no text
  ///   of Postgres can have and which would end the parameter early.
  func validate() throws(PostgresError) {
    for query in guards.lazy.map(\.query) { try Self.validate(query) }
    for query in queries { try Self.validate(query) }
  }

  private static func validate(_ query: PostgresQuery) throws(PostgresError) {
    for case var parameter? in query.parameters
    where parameter.withUTF8({ $0.contains(0) }) {
      throw PostgresError(code: .server, sqlState: "22021", detail: "NUL byte in a parameter")
    }
  }
}
