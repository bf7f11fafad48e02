import Logging
import Metrics
import NIOCore
import ServiceLifecycle
import Synchronization

/// A pool of connections for each login, and one bound over all of them.
///
/// A waiting request is sent by the thread that finishes the one before it, so that it costs its
/// caller one suspension, however long the queue.
public final class PostgresClient: Service, Sendable {
  typealias Machine = PoolStateMachine<Operation>

  private struct State {
    var machine: Machine
    var pools: [PostgresLogin: PoolID] = [:]
    var logins: [PostgresLogin] = []
    var connections: [ConnectionID: PostgresConnection] = [:]

    mutating func pool(of login: PostgresLogin) -> PoolID {
      if let pool = pools[login] { return pool }
      let neighbour = logins.firstIndex { $0.host == login.host && $0.port == login.port }
      let pool = machine.addPool(
        server: neighbour.map { machine.pools[$0].server } ?? machine.pools.count)
      pools[login] = pool
      logins.append(login)
      return pool
    }
  }

  let configuration: PostgresClientConfiguration
  let reactor: Reactor
  let poolers = PoolerCheck()
  private let logger: Logger
  private let state: Mutex<State>
  private let openConnections: Gauge
  private let waitingRequests: Gauge

  /// - Parameter eventLoop: reads the results, which saves a thread's waking where it is the loop
  ///   that those who ask run on; nil has a thread of its own read them.
  public init(
    configuration: PostgresClientConfiguration = .init(), eventLoop: (any EventLoop)? = nil,
    logger: Logger
  ) {
    self.configuration = configuration
    self.logger = logger
    let labels = configuration.metricsLabel.map { [("client", $0)] } ?? []
    openConnections = Gauge(label: "terrace_postgres_connections", dimensions: labels)
    waitingRequests = Gauge(label: "terrace_postgres_waiting_requests", dimensions: labels)
    reactor = Reactor(eventLoop: eventLoop)
    state = Mutex(State(machine: Machine(configuration: configuration)))
  }

  deinit {
    reactor.stop()
  }

  /// The door to `login`'s database in `scope`. Opens nothing yet.
  ///
  /// - Parameters:
  ///   - limits: what the scope may have, from now on and for all who hold a door to it.
  ///   - currentLocation: asked for the door to the same data when the server cannot be reached,
  ///     since another may have them by now; what could not be sent is then tried once more, there.
  public func database(
    _ login: PostgresLogin, scope: SessionScope? = nil, limits: ScopeLimits? = nil,
    currentLocation: (@Sendable () async -> PostgresDatabase?)? = nil
  ) -> PostgresDatabase {
    let pool = state.withLock { state in
      let pool = state.pool(of: login)
      if let scope { state.machine.setLimits(limits, of: scope.role, pool: pool) }
      return pool
    }
    return PostgresDatabase(
      client: self, pool: pool, scope: scope, currentLocation: currentLocation)
  }

  /// The door to a database of the same name on another server, with the same login, scope and guards.
  func database(_ database: PostgresDatabase, host: String, port: Int) -> PostgresDatabase {
    var login = state.withLock { $0.logins[database.pool.index] }
    login.host = host
    login.port = port
    let there = self.database(login, scope: database.scope)
    return database.guards.reduce(there) { $0.guarded(by: $1) }
  }

  /// Keeps deadlines, recycles connections and reconnects, until the task is cancelled or
  /// graceful shutdown begins; then fails what waits and closes every connection.
  ///
  /// Calls made before `run()` work, but no deadline but the server's bounds them, and one that
  /// needs a connection to a server that refuses it waits for `run()` to try again or give up: who
  /// never runs the client asks ``tryLogin(_:)`` first.
  public func run() async throws {
    await cancelWhenGracefulShutdown {
      while (try? await Task.sleep(for: .milliseconds(50))) != nil { self.tick() }
    }
    close()
  }

  /// What ``run()`` does when it ends, for those who never ran it.
  public func close() {
    update { $0.machine.shutdown() }
  }

  private func tick() {
    let now = ContinuousClock.now
    let connections = state.withLock { Array($0.connections.values) }
    for connection in connections { connection.checkDeadline(now: now) }
    while update({ $0.machine.tick(now: now) }) {}
    let waiting = state.withLock { $0.machine.pools.reduce(0) { $0 + $1.waiting } }
    openConnections.record(connections.count)
    waitingRequests.record(waiting)
  }

  // MARK: Requests

  func execute(_ batch: Batch, on database: PostgresDatabase) async throws(PostgresError)
    -> [PostgresRows]
  {
    try batch.validate()
    // The usual way is short: each function that waits costs a frame.
    let outcome = await wait(for: batch, on: database)
    if case .rows(let rows) = outcome { return rows }
    return try await retry(batch, on: database, after: outcome)
  }

  /// Tries once more what did not run: where the database is now, or with a statement prepared anew.
  private func retry(
    _ batch: Batch, on database: PostgresDatabase, after outcome: Operation.Outcome
  ) async throws(PostgresError) -> [PostgresRows] {
    var outcome = await retryElsewhere(batch, on: database, after: outcome)
    if case .failure(let error) = outcome, error.isStalePlan {
      // The server refused before anything ran, and the statement has been forgotten.
      outcome = await self.outcome(of: batch, on: database)
    }
    switch outcome {
    case .rows(let rows): return rows
    case .failure(let error): throw error
    case .connection: preconditionFailure("a batch does not check a connection out")
    }
  }

  /// Checks a connection out: it is the caller's until ``connectionIsFree(_:)``.
  func checkout(_ database: PostgresDatabase) async throws(PostgresError) -> PostgresConnection {
    switch await outcome(of: nil, on: database) {
    case .connection(let connection): return connection
    case .failure(let error): throw error
    case .rows: preconditionFailure("a checkout has no rows")
    }
  }

  /// What becomes of the batch, or of the checkout if there is none.
  private func outcome(of batch: Batch?, on database: PostgresDatabase) async -> Operation.Outcome {
    let outcome = await wait(for: batch, on: database)
    return await retryElsewhere(batch, on: database, after: outcome)
  }

  /// What could not be sent, since the server is not there, is tried where the database is now.
  private func retryElsewhere(
    _ batch: Batch?, on database: PostgresDatabase, after outcome: Operation.Outcome
  ) async -> Operation.Outcome {
    guard case .failure(let error) = outcome, error.code == .connectFailed,
      let now = await database.currentLocation?(), now.pool != database.pool
    else { return outcome }
    return await wait(for: batch, on: now)
  }

  private func wait(for batch: Batch?, on database: PostgresDatabase) async -> Operation.Outcome {
    let operation = Operation(pool: database.pool, scope: database.scope, batch: batch)
    return await withTaskCancellationHandler {
      await withUnsafeContinuation { continuation in
        if operation.wait(continuation) { request(operation) }
      }
    } onCancel: {
      cancel(operation)
    }
  }

  private func request(_ operation: Operation) {
    update {
      $0.machine.request(
        operation, pool: operation.pool, scope: operation.turn, now: ContinuousClock.now)
    }
  }

  private func cancel(_ operation: Operation) {
    if let connection = operation.cancel() {
      connection.cancel(operation)
    } else if state.withLock({
      $0.machine.cancel(operation, pool: operation.pool, scope: operation.turn)
    }) {
      operation.resume(.failure(PostgresError(code: .cancelled)))
    }
  }

  // MARK: Actions

  /// Lets the machine decide under the lock, and acts without it.
  ///
  /// - Returns: whether a request was granted a connection.
  @discardableResult
  private func update(_ decide: (inout State) -> Machine.Actions) -> Bool {
    let (actions, granted, closed) = state.withLock { state in
      let actions = decide(&state)
      let granted = actions.grant.flatMap { state.connections[$0.connection] }
      let closed = actions.closes.compactMap { state.connections.removeValue(forKey: $0) }
      return (actions, granted, closed)
    }
    if let request = actions.grant?.request, let granted { start(request, on: granted) }
    for connection in closed { connection.close() }
    for (id, pool) in actions.opens { open(id, pool) }
    for (request, code) in actions.failures {
      request.resume(.failure(PostgresError(code: code)))
    }
    return actions.grant != nil
  }

  private func start(_ operation: Operation, on connection: PostgresConnection) {
    guard let batch = operation.batch else {
      operation.resume(.connection(connection))
      return
    }
    guard operation.start(on: connection) else { return connectionIsFree(connection) }
    if !connection.run(operation, batch, staysCheckedOut: false) {
      // It was closed meanwhile and nothing was sent: another connection will do.
      operation.restart()
      request(operation)
    }
  }

  private func open(_ id: ConnectionID, _ pool: PoolID) {
    let login = state.withLock { $0.logins[pool.index] }
    PostgresConnection.blockingQueue.async { [self] in
      do throws(PostgresError) {
        let handle = try ConnectionHandle.open(
          login, configuration: configuration, poolers: poolers)
        let connection = PostgresConnection(
          id: id, handle: handle, owner: self, reactor: reactor, configuration: configuration)
        update { state in
          state.connections[id] = connection
          return state.machine.opened(id, now: ContinuousClock.now)
        }
      } catch {
        if !state.withLock({ $0.machine.isShutDown }) {
          logger.warning(
            "cannot connect to Postgres",
            metadata: ["login": "\(login)", "error": "\(error.detail)"])
        }
        update { $0.machine.openFailed(id, now: ContinuousClock.now) }
      }
    }
  }
}

extension PostgresClient: ConnectionOwner {
  func connectionIsFree(_ connection: PostgresConnection) {
    update { $0.machine.released(connection.id, now: ContinuousClock.now) }
  }

  func connectionIsUnfit(_ connection: PostgresConnection) {
    update { $0.machine.foundUnfit(connection.id, now: ContinuousClock.now) }
  }

  func connectionIsLost(_ connection: PostgresConnection, _ error: PostgresError) {
    logger.debug("a Postgres connection was lost", metadata: ["error": "\(error.detail)"])
    update { state in
      state.connections[connection.id] = nil
      return state.machine.lost(connection.id, now: ContinuousClock.now)
    }
  }

  func connection(
    _ connection: PostgresConnection, received notifications: [PostgresListener.Notification]
  ) {
    // Pooled connections LISTEN to nothing.
  }
}
