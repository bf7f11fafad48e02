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
    case broken(PostgresError)
    case closed(Job?, PostgresError)
    /// Whether there is more to read.
    case notified([PostgresListener.Notification], hasMore: Bool)
  }

  /// What a command was sent for, and so what becomes of its result. It counts no references.
  enum Step {
    /// A caller's statement; nil if it was sent without a name.
    case query(StatementCache.Name?)
    /// The statement at this place of `preparing`.
    case prepare(Int)
    case commit
    case utility
  }

  /// A statement that this batch has prepared, until the server says that it has.
  private struct Preparing {
    let key: StatementCache.Key
    let name: StatementCache.Name
    /// Whether it is one of the pipeline's own.
    let isOwn: Bool
  }

  /// How often the socket is read in one go, each time at least 8 KiB: others are served in between.
  private static let readsInOneGo = 32

  private var handle: ConnectionHandle?
  let socket: Int32
  /// See ``ConnectionHandle/pins``.
  private let pins: String?
  private var hasBeenReset = false
  var statements: StatementCache
  /// The statements that the pipeline sends by itself, which are few and come again and again: they
  /// are prepared at once, and stay.
  private var ownStatements: [(sql: String, name: StatementCache.Name)] = []
  private var preparing: [Preparing] = []
  private(set) var job: Job?
  private var steps: [Step] = []
  private var position = 0
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
    statements = StatementCache(budget: statementMemory)
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
    position = 0
    steps.removeAll(keepingCapacity: true)
    preparing.removeAll(keepingCapacity: true)
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
    if case .begin = batch.opening {
      guard append("begin", on: connection) else { return false }
    }
    guard pinAgain(batch.opening, on: connection) else { return false }
    if let scope {
      switch batch.opening {
      case .implicit, .begin:
        guard appendSwitch(to: scope, on: connection) else { return false }
      case .none: break
      }
    }
    for query in batch.queries {
      guard append(query, in: scope, on: connection) else { return false }
    }
    guard resetSettings(batch, scope: scope, on: connection) else { return false }
    return switch batch.ending {
    case .commit: append("commit", on: connection, as: .commit)
    case .rollback: append("rollback", on: connection)
    case .none: true
    }
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
      return append("reset all", on: connection)
    default: return true
    }
  }

  /// Settings that were made after the session's start do not outlive a reset.
  private mutating func pinAgain(_ opening: Batch.Opening, on connection: OpaquePointer) -> Bool {
    guard hasBeenReset, let pins else { return true }
    if case .none = opening { return true }
    return append(pins, on: connection)
  }

  /// Not within a transaction that is open: one that has failed refuses it, and all that follows.
  private mutating func deallocateEvicted(
    _ opening: Batch.Opening, on connection: OpaquePointer
  ) -> Bool {
    if case .none = opening { return true }
    for name in statements.takeEvicted() {
      steps.append(.utility)
      guard PQsendQueryParams(connection, "deallocate \(name)", 0, nil, nil, nil, nil, 0) == 1
      else { return false }
    }
    return true
  }

  private mutating func appendSwitch(to scope: SessionScope, on connection: OpaquePointer) -> Bool {
    guard let name = prepareOwn(scope.switchSQL, on: connection) else { return false }
    steps.append(.utility)
    return scope.switchParameters.with { count, values in
      name.withCString { PQsendQueryPrepared(connection, $0, count, values, nil, nil, 0) == 1 }
    }
  }

  /// Sends a statement of the pipeline's own.
  private mutating func append(
    _ sql: String, on connection: OpaquePointer, as step: Step = .utility
  ) -> Bool {
    guard let name = prepareOwn(sql, on: connection) else { return false }
    steps.append(step)
    return name.withCString { PQsendQueryPrepared(connection, $0, 0, nil, nil, nil, 0) == 1 }
  }

  /// Sends a caller's statement: by its name if it is prepared, or is worth it.
  private mutating func append(
    _ query: PostgresQuery, in scope: SessionScope?, on connection: OpaquePointer
  ) -> Bool {
    let name = query.isPrepared ? name(of: query, in: scope, on: connection) : nil
    steps.append(.query(name))
    return ParameterValues.with(query.parameters) { count, values in
      guard let name else {
        return PQsendQueryParams(connection, query.sql, count, nil, values, nil, nil, 0) == 1
      }
      return name.withCString {
        PQsendQueryPrepared(connection, $0, count, values, nil, nil, 0) == 1
      }
    }
  }

  /// The name under which the statement is, or is being, prepared; nil if it is not worth it, and the
  /// server parses and plans it for this once.
  private mutating func name(
    of query: PostgresQuery, in scope: SessionScope?, on connection: OpaquePointer
  ) -> StatementCache.Name? {
    let key = StatementCache.Key(scope: scope, sql: query.sql)
    if let name = statements.use(key) { return name }
    if let same = preparing.first(where: { !$0.isOwn && $0.key == key }) { return same.name }
    guard statements.isWorthPreparing(key) else { return nil }
    return prepare(key, isOwn: false, on: connection)
  }

  private mutating func prepareOwn(
    _ sql: String, on connection: OpaquePointer
  ) -> StatementCache.Name? {
    for own in ownStatements where own.sql == sql { return own.name }
    return prepare(.init(scope: nil, sql: sql), isOwn: true, on: connection)
  }

  /// - Returns: nil if it could not be sent.
  private mutating func prepare(
    _ key: StatementCache.Key, isOwn: Bool, on connection: OpaquePointer
  ) -> StatementCache.Name? {
    let name = statements.makeName()
    guard name.withCString({ PQsendPrepare(connection, $0, key.sql, 0, nil) }) == 1 else {
      return nil
    }
    steps.append(.prepare(preparing.count))
    preparing.append(Preparing(key: key, name: name, isOwn: isOwn))
    return name
  }

  private mutating func isPrepared(_ statement: Preparing) {
    if statement.isOwn {
      ownStatements.append((statement.key.sql, statement.name))
    } else {
      statements.insert(statement.key, statement.name)
    }
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
        guard position < steps.count else { return .broken(lostError(connection)) }
        position += 1
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

  /// Takes in the result of the command at `position`.
  ///
  /// - Returns: false if the connection cannot go on.
  private mutating func take(_ result: OpaquePointer) -> Bool {
    guard position < steps.count else {
      PQclear(result)
      return false
    }
    switch (PQresultStatus(result), steps[position]) {
    case (PGRES_TUPLES_OK, .query), (PGRES_COMMAND_OK, .query), (PGRES_EMPTY_QUERY, .query):
      results.append(PostgresRows(result: result))
      return true
    case (PGRES_COMMAND_OK, .prepare(let index)): isPrepared(preparing[index])
    case (PGRES_COMMAND_OK, .commit):
      // COMMIT of a transaction that has failed answers ROLLBACK, and is no error.
      if String(cString: PQcmdStatus(result)) != "COMMIT" {
        failure = failure ?? PostgresError(code: .server, sqlState: "25P02")
      }
    case (PGRES_TUPLES_OK, _), (PGRES_COMMAND_OK, _), (PGRES_PIPELINE_ABORTED, _): break
    case (PGRES_FATAL_ERROR, let step):
      let error = PostgresError(result: result, cancelReason: cancelReason)
      if error.isStalePlan, case .query(.some(let name)) = step { statements.remove(name) }
      failure = failure ?? error
    default:
      PQclear(result)
      return false
    }
    PQclear(result)
    return true
  }

  /// All results are in.
  private mutating func finish(_ connection: OpaquePointer) -> Event {
    guard let job else { return .none }
    if endsTransaction, PQtransactionStatus(connection) != PQTRANS_IDLE {
      position = 0
      steps.removeAll(keepingCapacity: true)
      preparing.removeAll(keepingCapacity: true)
      guard append("rollback", on: connection),
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
