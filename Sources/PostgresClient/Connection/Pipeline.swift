import CLibPQ
import Glibc

/// What is under way on one connection: which commands were sent, and which results are in.
///
/// Not thread-safe: the connection's lock guards it.
struct Pipeline: ~Copyable {
  /// A batch under way, and who waits for it.
  struct Job {
    let operation: Operation
    let staysCheckedOut: Bool
    let startedAt: ContinuousClock.Instant
  }

  enum Event {
    case none
    case wantsWrite(Bool)
    /// There is more to read than is read in one go.
    case hasMore
    case completed(Job, Operation.Outcome)
    /// The connection is of no more use; the caller closes it.
    indirect case broken(PostgresError)
    indirect case closed(Job?, PostgresError)
    /// Whether there is more to read.
    case notified([PostgresListener.Notification], hasMore: Bool)
  }

  /// How often the socket is read in one go, each time at least 8 KiB: others are served in between.
  private static let readsInOneGo = 32

  private var handle: ConnectionHandle?
  let socket: Int32
  /// See ``ConnectionHandle/pins``.
  private let pins: String?
  private var hasBeenReset = false
  private var commands: PipelineCommands
  private(set) var job: Job?
  private var results: [PostgresRows] = []
  private var failure: PostgresError?
  /// Whether the job's transaction is to be over when the job is.
  private var endsTransaction = true
  private var cancelReason: PostgresError.Code?
  private var isCancelling = false
  /// The outcome of a job whose results are in while its cancel request is not served yet.
  private var heldOutcome: Operation.Outcome?
  private(set) var wantsWrite = false

  /// - Parameter statementMemory: bytes of the server's memory that prepared statements may take.
  init(_ handle: consuming ConnectionHandle, statementMemory: Int) {
    socket = handle.socket
    pins = handle.pins
    commands = PipelineCommands(statementMemory: statementMemory)
    self.handle = consume handle
  }

  var isOpen: Bool { handle != nil }

  /// libpq's connection; nil once it is closed.
  private var connection: OpaquePointer? {
    switch handle {
    case .some(let handle): handle.pointer
    case .none: nil
    }
  }

  var isInTransaction: Bool {
    guard let connection else { return false }
    return PQtransactionStatus(connection) != PQTRANS_IDLE
  }

  /// Closes the connection.
  ///
  /// - Returns: the job that was under way.
  mutating func close() -> Job? {
    handle = nil
    defer { job = nil }
    return job
  }

  // MARK: Sending

  /// Sends all of a batch.
  mutating func start(_ job: Job, _ batch: Batch) -> Event {
    guard let connection else { return .none }
    self.job = job
    commands.begin()
    results = []
    failure = nil
    cancelReason = nil
    endsTransaction =
      switch (batch.opening, batch.ending) {
      case (.begin, .none), (.none, .none): false
      default: true
      }
    guard send(batch, scope: job.operation.scope, on: connection),
      PQpipelineSync(connection) == 1
    else { return .broken(lostError(connection)) }
    return flush(connection)
  }

  private mutating func send(_ batch: Batch, scope: SessionScope?, on connection: OpaquePointer)
    -> Bool
  {
    guard deallocateEvicted(batch.opening, on: connection) else { return false }
    if case .begin(let mode) = batch.opening {
      guard commands.append(mode.command, on: connection) else { return false }
    }
    guard pinAgain(batch.opening, on: connection) else { return false }
    if let scope {
      switch batch.opening {
      case .implicit, .begin:
        guard commands.appendSwitch(to: scope, on: connection) else { return false }
      case .none: break
      }
    }
    guard sendGuards(batch, scope: scope, on: connection) else { return false }
    for query in batch.queries {
      guard commands.append(query, in: scope, on: connection) else { return false }
    }
    guard resetSettings(batch, scope: scope, on: connection) else { return false }
    return switch batch.ending {
    case .commit: commands.append("commit", on: connection, as: .commit)
    case .rollback: commands.append("rollback", on: connection)
    case .none: true
    }
  }

  /// Not within a transaction that is open: its first batch has checked them.
  private mutating func sendGuards(
    _ batch: Batch, scope: SessionScope?, on connection: OpaquePointer
  ) -> Bool {
    if case .none = batch.opening { return true }
    var checked = 0
    for next in batch.guards {
      let conditions = checked..<checked + next.count
      guard commands.append(next.query, in: scope, on: connection, conditions: conditions) else {
        return false
      }
      checked = conditions.upperBound
    }
    return true
  }

  /// One injected expression could leave settings to the scope that comes next. They are reset in the
  /// transaction that made them: what would come after it might begin read-only.
  private mutating func resetSettings(
    _ batch: Batch, scope: SessionScope?, on connection: OpaquePointer
  ) -> Bool {
    guard scope?.restoresSession == true else { return true }
    switch (batch.opening, batch.ending) {
    case (.implicit, _), (_, .commit):
      hasBeenReset = true
      return commands.append("reset all", on: connection)
    default: return true
    }
  }

  /// Settings that were made after the session's start do not outlive a reset.
  private mutating func pinAgain(_ opening: Batch.Opening, on connection: OpaquePointer) -> Bool {
    guard hasBeenReset, let pins else { return true }
    if case .none = opening { return true }
    return commands.append(pins, on: connection)
  }

  /// Not within a transaction that is open: one that has failed refuses it, and all that follows.
  private mutating func deallocateEvicted(
    _ opening: Batch.Opening, on connection: OpaquePointer
  ) -> Bool {
    if case .none = opening { return true }
    return commands.deallocateEvicted(on: connection)
  }

  private mutating func flush(_ connection: OpaquePointer) -> Event {
    let left = PQflush(connection)
    guard left >= 0 else { return .broken(lostError(connection)) }
    guard (left == 1) != wantsWrite else { return .none }
    wantsWrite = left == 1
    return .wantsWrite(wantsWrite)
  }

  // MARK: Receiving

  /// Takes in what has arrived.
  mutating func advance() -> Event {
    guard let connection else { return .none }
    if wantsWrite {
      switch flush(connection) {
      case .none: break
      case let event: return event
      }
    }
    guard job != nil else { return advanceIdle(connection) }
    var reads = 0
    repeat {
      guard reads < Self.readsInOneGo else { return .hasMore }
      reads += 1
      guard PQconsumeInput(connection) == 1 else { return .broken(lostError(connection)) }
      guard heldOutcome == nil else { continue }
      if let event = takeResults(connection) { return event }
    } while socketHasInput
    return PQstatus(connection) == CONNECTION_OK ? .none : .broken(lostError(connection))
  }

  /// Takes in the results that are whole.
  ///
  /// - Returns: nil if there are more to come.
  private mutating func takeResults(_ connection: OpaquePointer) -> Event? {
    while PQisBusy(connection) == 0 {
      guard let result = PQgetResult(connection) else {
        guard commands.goOn() else { return .broken(lostError(connection)) }
        continue
      }
      if PQresultStatus(result) == PGRES_PIPELINE_SYNC {
        PQclear(result)
        return finish(connection)
      }
      guard take(result) else { return .broken(failure ?? lostError(connection)) }
    }
    return nil
  }

  /// Whether there is more to read, if only the end: libpq reads no more at a time than its buffer
  /// holds, and the reactor tells of new input once.
  private var socketHasInput: Bool {
    var byte: UInt8 = 0
    return recv(socket, &byte, 1, Int32(Int(MSG_PEEK) | Int(MSG_DONTWAIT))) >= 0
      || errno != EAGAIN
  }

  /// Takes in the result of the command whose turn it is.
  ///
  /// - Returns: false if the connection cannot go on.
  private mutating func take(_ result: OpaquePointer) -> Bool {
    guard let step = commands.current else {
      PQclear(result)
      return false
    }
    switch (PQresultStatus(result), step) {
    case (PGRES_TUPLES_OK, .query(_, conditions: nil)),
      (PGRES_COMMAND_OK, .query(_, conditions: nil)),
      (PGRES_EMPTY_QUERY, .query(_, conditions: nil)):
      results.append(PostgresRows(result: result))
      return true
    case (PGRES_COMMAND_OK, .prepare(let index)): commands.isPrepared(index)
    case (PGRES_COMMAND_OK, .commit):
      // COMMIT of a transaction that has failed answers ROLLBACK, and is no error.
      if String(cString: PQcmdStatus(result)) != "COMMIT" {
        failure = failure ?? PostgresError(code: .server, sqlState: "25P02")
      }
    case (PGRES_TUPLES_OK, _), (PGRES_COMMAND_OK, _), (PGRES_PIPELINE_ABORTED, _): break
    case (PGRES_FATAL_ERROR, _):
      let error = PostgresError(result: result, cancelReason: cancelReason)
      failure = failure ?? understand(error, of: step)
    default:
      PQclear(result)
      return false
    }
    PQclear(result)
    return true
  }

  /// What the error of a command means. A statement that the server no longer accepts is forgotten.
  private mutating func understand(
    _ error: PostgresError, of step: PipelineCommands.Step
  ) -> PostgresError {
    guard case .query(let name, let conditions) = step else { return error }
    if let name, error.isStalePlan { commands.forget(name) }
    guard let conditions, let failed = PostgresGuard.failedCondition(error),
      failed < conditions.count
    else { return error }
    return PostgresError(
      code: .guardRefused, sqlState: error.sqlState, detail: error.detail,
      failedCondition: conditions.lowerBound + failed)
  }

  /// All results are in.
  private mutating func finish(_ connection: OpaquePointer) -> Event {
    guard let job else { return .none }
    if endsTransaction, PQtransactionStatus(connection) != PQTRANS_IDLE {
      commands.begin()
      guard commands.append("rollback", on: connection),
        PQpipelineSync(connection) == 1
      else { return .broken(lostError(connection)) }
      return flush(connection)
    }
    let outcome: Operation.Outcome = failure.map { .failure($0) } ?? .rows(results)
    results = []
    failure = nil
    if isCancelling {
      heldOutcome = outcome
      return .none
    }
    self.job = nil
    return .completed(job, outcome)
  }

  /// Reads once: what comes while nobody waits for anything are notifications, as many as anyone in
  /// the database likes to send, and each is some work.
  private func advanceIdle(_ connection: OpaquePointer) -> Event {
    guard PQconsumeInput(connection) == 1 else { return .broken(lostError(connection)) }
    var notifications: [PostgresListener.Notification] = []
    while let notification = PQnotifies(connection) {
      notifications.append(
        .init(
          channel: String(cString: notification.pointee.relname),
          payload: String(cString: notification.pointee.extra)))
      PQfreemem(notification)
    }
    guard PQstatus(connection) == CONNECTION_OK else { return .broken(lostError(connection)) }
    let hasMore = socketHasInput
    guard notifications.isEmpty else { return .notified(notifications, hasMore: hasMore) }
    return hasMore ? .hasMore : .none
  }

  private func lostError(_ connection: OpaquePointer) -> PostgresError {
    PostgresError(
      code: .connectionLost, detail: String(cString: PQerrorMessage(connection)))
  }

  // MARK: Cancelling

  /// The request that cancels the job, if it is `operation`'s and is not being cancelled yet.
  mutating func beginCancel(_ operation: Operation, reason: PostgresError.Code) -> CancelRequest? {
    guard let connection, job?.operation == operation, cancelReason == nil,
      let request = CancelRequest(connection)
    else { return nil }
    cancelReason = reason
    isCancelling = true
    return request
  }

  /// The cancel request has been served.
  mutating func endCancel() -> Event {
    isCancelling = false
    guard let job, let outcome = heldOutcome else { return .none }
    heldOutcome = nil
    self.job = nil
    return .completed(job, outcome)
  }
}

/// A request to cancel what a connection runs, sent over a connection of its own.
///
/// libpq before 17 sends it in clear text, even if the connection itself uses TLS.
struct CancelRequest: @unchecked Sendable {
  // Unchecked since OpaquePointer is not Sendable; a PGcancel is read-only and safe to use from
  // another thread (libpq, PQcancel).
  private let pointer: OpaquePointer

  init?(_ connection: OpaquePointer) {
    guard let pointer = PQgetCancel(connection) else { return nil }
    self.pointer = pointer
  }

  /// Sends the request, and blocks until the server has served it. Call it once.
  func send() {
    var message = [CChar](repeating: 0, count: 256)
    PQcancel(pointer, &message, Int32(message.count))
    PQfreeCancel(pointer)
  }
}
