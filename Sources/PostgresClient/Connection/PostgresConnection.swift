import Atomics
import CLibPQ
import Dispatch
import Synchronization

/// One connection in pipeline mode. It runs one batch at a time, for whoever holds it.
///
/// Whoever has work sends it from its own thread; the reactor reads the results and
/// resumes the operation. One lock keeps the two apart.
final class PostgresConnection: Sendable {
  /// Threads for what blocks in libpq: name resolution, connecting, and cancelling.
  static let blockingQueue = DispatchQueue(
    label: "terrace-postgres-blocking", attributes: .concurrent)

  /// How long after a statement's deadline the server may take to cancel it.
  private static let cancelGrace = Duration.seconds(2)

  let id: ConnectionID
  let token: UInt64
  private let owner: any ConnectionOwner
  private let reactor: Reactor
  private let statementTimeout: Duration
  private let pipeline: Mutex<Pipeline>
  /// Whether the reactor found the pipeline locked: whoever holds it has the reactor called again.
  private let hasInput = ManagedAtomic(false)

  private static let lastToken = ManagedAtomic<UInt64>(0)

  /// Takes ownership of `handle`.
  init(
    id: ConnectionID, handle: consuming ConnectionHandle, owner: any ConnectionOwner,
    reactor: Reactor, configuration: PostgresClientConfiguration
  ) {
    self.id = id
    token = Self.lastToken.wrappingIncrementThenLoad(ordering: .relaxed)
    self.owner = owner
    self.reactor = reactor
    statementTimeout = configuration.statementTimeout
    let socket = handle.socket
    pipeline = Mutex(Pipeline(handle, statementMemory: configuration.statementMemory))
    reactor.add(self, socket: socket)
  }

  /// Sends the operation's batch. The operation is resumed when all results are in.
  ///
  /// - Parameter staysCheckedOut: whether the connection stays with its holder afterwards; otherwise the
  ///   owner is told that it is free.
  /// - Returns: false if nothing was sent, since the connection is closed.
  func run(_ operation: Operation, _ batch: Batch, staysCheckedOut: Bool) -> Bool {
    let now = ContinuousClock.now
    let event: Pipeline.Event? = withPipeline { pipeline in
      guard pipeline.isOpen else { return nil }
      let job = Pipeline.Job(operation: operation, staysCheckedOut: staysCheckedOut, startedAt: now)
      return settle(pipeline.start(job, batch), &pipeline)
    }
    guard let event else { return false }
    handle(event)
    return true
  }

  /// The reactor saw the socket become readable or writable.
  ///
  /// It never waits for the lock: whoever sends holds it, and the server that a send wakes may well
  /// run, and answer, before its sender runs on.
  func socketIsReady() {
    hasInput.store(false, ordering: .sequentiallyConsistent)
    if let event = pipeline.withLockIfAvailable({ advance(&$0) }) { return handle(event) }
    hasInput.store(true, ordering: .sequentiallyConsistent)
    // The holder may have looked just before.
    if let event = pipeline.withLockIfAvailable({ advance(&$0) }) { handle(event) }
  }

  private func advance(_ pipeline: inout Pipeline) -> Pipeline.Event {
    guard pipeline.isOpen else { return .none }
    return settle(pipeline.advance(), &pipeline)
  }

  /// Changes the pipeline, and has the reactor look for input that came meanwhile.
  private func withPipeline<R>(_ body: (inout Pipeline) -> sending R) -> sending R {
    let result = pipeline.withLock(body)
    while hasInput.exchange(false, ordering: .sequentiallyConsistent) {
      pipeline.withLock { pipeline in
        guard pipeline.isOpen else { return }
        reactor.look(token: token, socket: pipeline.socket, wantsWrite: pipeline.wantsWrite)
      }
    }
    return result
  }

  /// Cancels the batch of `operation` on the server, if it is still under way.
  ///
  /// The connection takes no other work until the cancel request has been served and the results
  /// are in, so that a late cancel cannot hit another's statement.
  func cancel(_ operation: Operation, reason: PostgresError.Code = .cancelled) {
    let request = withPipeline { $0.beginCancel(operation, reason: reason) }
    guard let request else { return }
    Self.blockingQueue.async { [self] in
      request.send()
      handle(withPipeline { $0.endCancel() })
    }
  }

  /// Cancels what has passed its deadline, and gives up on a server that does not react.
  func checkDeadline(now: ContinuousClock.Instant) {
    let overdue: Operation? = withPipeline { pipeline in
      guard let job = pipeline.job, now >= job.startedAt + statementTimeout + .seconds(1) else {
        return nil
      }
      return job.operation
    }
    guard let overdue else { return }
    cancel(overdue, reason: .statementTimeout)
    handle(
      withPipeline { pipeline in
        guard let job = pipeline.job, job.operation == overdue,
          now >= job.startedAt + statementTimeout + .seconds(1) + Self.cancelGrace
        else { return .none }
        return settle(
          .broken(PostgresError(code: .statementTimeout, detail: "no reaction to a cancel")),
          &pipeline)
      })
  }

  /// Whether the transaction that the holder left is over, so that another can have it.
  var isInTransaction: Bool { withPipeline { $0.isInTransaction } }

  /// Closes the connection. A batch under way fails.
  func close() {
    let job = withPipeline { pipeline in
      if pipeline.isOpen { reactor.remove(token: token, socket: pipeline.socket) }
      return pipeline.close()
    }
    job?.operation.resume(.failure(PostgresError(code: .connectionLost, detail: "closed")))
  }

  /// Does what goes with an event while the lock is held: the socket's registration must change
  /// together with the pipeline.
  private func settle(_ event: Pipeline.Event, _ pipeline: inout Pipeline) -> Pipeline.Event {
    switch event {
    case .broken(let error):
      reactor.remove(token: token, socket: pipeline.socket)
      return .closed(pipeline.close(), error)
    case .wantsWrite(let wantsWrite):
      reactor.look(token: token, socket: pipeline.socket, wantsWrite: wantsWrite)
      return .none
    case .hasMore:
      reactor.look(token: token, socket: pipeline.socket, wantsWrite: pipeline.wantsWrite)
      return .none
    case .notified(_, hasMore: true):
      reactor.look(token: token, socket: pipeline.socket, wantsWrite: pipeline.wantsWrite)
      return event
    case .none, .completed, .closed, .notified:
      return event
    }
  }

  private func handle(_ event: Pipeline.Event) {
    switch event {
    case .none, .wantsWrite, .hasMore, .broken:
      return
    case .completed(let job, let outcome):
      if case .failure(let error) = outcome, error.isOfConnection { owner.connectionIsUnfit(self) }
      // First the next request, so that the server is busy while this caller wakes up.
      if !job.staysCheckedOut { owner.connectionIsFree(self) }
      job.operation.resume(outcome)
    case .closed(let job, let error):
      owner.connectionIsLost(self, error)
      job?.operation.resume(.failure(error))
    case .notified(let notifications, _):
      owner.connection(self, received: notifications)
    }
  }
}

/// Who is told of what becomes of a connection. The calls come from any thread, without a lock.
protocol ConnectionOwner: AnyObject, Sendable {
  /// The connection is idle and can take other work.
  func connectionIsFree(_ connection: PostgresConnection)
  /// The connection is in a state that it may not come out of, and so may others of its login be.
  /// Its holder gives it back all the same.
  func connectionIsUnfit(_ connection: PostgresConnection)
  /// The connection broke and is closed.
  func connectionIsLost(_ connection: PostgresConnection, _ error: PostgresError)
  /// Something was NOTIFYed on a channel that the connection LISTENs to.
  func connection(
    _ connection: PostgresConnection, received notifications: [PostgresListener.Notification])
}
