import DequeModule

/// Names the pool of one login within a client.
struct PoolID: Hashable, Sendable {
  let index: Int
}

/// Names one connection within a client.
struct ConnectionID: Hashable, Sendable {
  let index: Int
}

/// Decides which request gets which connection, and when connections open and close.
///
/// It holds the pools of all logins, since they share one bound. It does nothing itself: every
/// method takes what happened and the time, and returns the ``Actions`` to run outside the lock.
///
/// The rules:
/// - A request is granted an idle connection of its pool. Otherwise it waits in the queue of its
///   scope; scopes with waiting requests take turns.
/// - A connection goes on with a scope that it served last, since its server has that one's tables
///   and statements at hand; but nobody is passed over twice by the same scope, or for long.
/// - A scope holds at most `maximumConnectionsPerScope` connections, and has at most
///   `maximumWaitersPerScope` requests waiting, or what its own limits say.
/// - A pool opens a connection for every waiting request that has none coming, up to the bound
///   over all pools. For a pool that has none, or less than half of its share, the connection idle
///   longest in another pool makes room; for one that has more, only if it has been idle for a while:
///   a new server process has seen no tenant's tables, and costs more than a short wait.
/// - Where there are several servers, the pools of one leave a quarter of that bound to the others,
///   since one that hangs keeps what it has for a while.
/// - A pool that has waiting requests and no connection takes over the next one that comes free
///   elsewhere. So does one whose first request has waited for half its time; or only a moment, if the
///   pools that are in use would have more and less by sharing alike.
/// - While a server cannot be reached, attempts back off. Requests wait their time at first; once
///   the server has been away for as long as a request may wait, they fail at once.
struct PoolStateMachine<Request: Hashable & Sendable>: Sendable {
  typealias Instant = ContinuousClock.Instant

  /// What the caller must do, in this order, once it no longer holds the lock.
  struct Actions: Sendable {
    var grant: (request: Request, connection: ConnectionID)?
    var closes: [ConnectionID] = []
    var opens: [(connection: ConnectionID, pool: PoolID)] = []
    var failures: [(request: Request, code: PostgresError.Code)] = []
  }

  struct Waiter: Sendable {
    let request: Request
    let since: Instant
  }

  struct Connection: Sendable {
    let id: ConnectionID
    let pool: PoolID
    var expiresAt: Instant
    /// The scopes it has served.
    var scopes: Set<ScopeID> = []
    /// The scope that holds it now.
    var holder: ScopeID?
    var idleSince: Instant?
  }

  /// A scope within a pool: an index, since the books are looked at several times a request.
  typealias ScopeID = Int

  /// A scope's books within a pool.
  struct ScopeState: Sendable {
    /// What it may have, if that is not what the others may.
    var limits: ScopeLimits?
    /// Waiting requests.
    var queue: Deque<Waiter> = []
    /// Connections in use.
    var inUse = 0
    /// Which connection served it last, and which of all grants that was.
    var home: (connection: ConnectionID, grant: Int)?
  }

  struct Turn: Sendable {
    let scope: ScopeID
    /// How many grants there had been when the scope queued up.
    let grants: Int
  }

  struct Pool: Sendable {
    /// Which server its connections lead to.
    let server: Int
    /// Idle connections, the one used last at the end.
    var idle: [ConnectionID] = []
    var opening: Set<ConnectionID> = []
    /// Connections idle or in use.
    var open = 0
    /// Scopes with waiting requests, in the order of their turns.
    var turns: Deque<Turn> = []
    var scopes: [ScopeState] = []
    private var scopeIDs: [String: ScopeID] = [:]
    var grants = 0
    var waiting = 0
    /// Connections that it has, or will have.
    var having: Int { open + opening.count }
    /// When the attempts that fail now began to fail.
    var failingSince: Instant?
    var failures = 0
    var retryAt: Instant?
    /// Until when its connections are not replaced again because of what state they are in, and how
    /// often they have been in a row.
    var keepsUntil: Instant?
    var replacements = 0

    init(server: Int) {
      self.server = server
    }

    func knownScope(_ name: String) -> ScopeID? { scopeIDs[name] }

    mutating func scope(_ name: String) -> ScopeID {
      if let id = scopeIDs[name] { return id }
      scopes.append(ScopeState())
      scopeIDs[name] = scopes.count - 1
      return scopes.count - 1
    }
  }

  let configuration: PostgresClientConfiguration
  private let maximumPerScope: Int
  var pools: [Pool] = []
  /// An array, since there are few, and changing what a dictionary holds in place allocates.
  var connections: [Connection] = []
  var isShutDown = false
  var lastConnection = 0
  var random: SystemRandomNumberGenerator = .init()

  init(configuration: PostgresClientConfiguration) {
    precondition(configuration.maximumConnections > 0)
    self.configuration = configuration
    maximumPerScope =
      configuration.maximumConnectionsPerScope ?? max(1, configuration.maximumConnections - 1)
  }

  /// - Parameter server: the same number for pools of the same server.
  mutating func addPool(server: Int = 0) -> PoolID {
    pools.append(Pool(server: server))
    return PoolID(index: pools.count - 1)
  }

  /// What a scope may have from now on; nil is what the others may.
  mutating func setLimits(_ limits: ScopeLimits?, of scope: String, pool: PoolID) {
    // Most scopes have none, and many are never used: those have no books.
    guard limits != nil || pools[pool.index].knownScope(scope) != nil else { return }
    let scope = pools[pool.index].scope(scope)
    pools[pool.index].scopes[scope].limits = limits
  }

  func maximumConnections(of scope: ScopeID, pool: PoolID) -> Int {
    guard let connections = pools[pool.index].scopes[scope].limits?.connections else {
      return maximumPerScope
    }
    return min(connections, maximumPerScope)
  }

  /// Whether a scope has fewer connections than it may.
  func mayHaveAnother(_ scope: ScopeID, pool: PoolID) -> Bool {
    pools[pool.index].scopes[scope].inUse < maximumConnections(of: scope, pool: pool)
  }

  private func maximumWaiters(of scope: ScopeID, pool: PoolID) -> Int {
    pools[pool.index].scopes[scope].limits?.waiters ?? configuration.maximumWaitersPerScope
  }

  /// Connections that exist or are being opened.
  var total: Int { connections.count }

  func index(of id: ConnectionID) -> Int? {
    connections.firstIndex { $0.id == id }
  }

  // MARK: Requests

  /// A request of `scope` wants a connection.
  mutating func request(_ request: Request, pool id: PoolID, scope: String, now: Instant) -> Actions
  {
    var actions = Actions()
    let scope = pools[id.index].scope(scope)
    if isShutDown {
      actions.failures.append((request, .shutdown))
    } else if mayHaveAnother(scope, pool: id), let connection = takeIdle(for: scope, pool: id) {
      actions.grant = grant(connection, to: request, of: scope)
    } else if isAway(id, now: now) {
      actions.failures.append((request, .connectFailed))
    } else if pools[id.index].scopes[scope].queue.count >= maximumWaiters(of: scope, pool: id) {
      actions.failures.append((request, .queueFull))
    } else {
      enqueue(Waiter(request: request, since: now), pool: id, scope: scope)
      openIfNeeded(id, now: now, &actions)
    }
    return actions
  }

  /// The caller no longer wants a connection.
  ///
  /// - Returns: whether the request was still waiting; if not, it has been granted one.
  mutating func cancel(_ request: Request, pool id: PoolID, scope: String) -> Bool {
    guard let scope = pools[id.index].knownScope(scope),
      let index = pools[id.index].scopes[scope].queue.firstIndex(where: { $0.request == request })
    else { return false }
    pools[id.index].scopes[scope].queue.remove(at: index)
    pools[id.index].waiting -= 1
    removeTurnIfEmpty(scope, pool: id)
    return true
  }

  /// Whether the pool's server has been away for as long as a request may wait.
  private func isAway(_ id: PoolID, now: Instant) -> Bool {
    guard let since = pools[id.index].failingSince, let retryAt = pools[id.index].retryAt else {
      return false
    }
    return pools[id.index].open == 0 && now < retryAt
      && now >= since + configuration.queueTimeout
  }

  mutating func grant(_ id: ConnectionID, to request: Request, of scope: ScopeID)
    -> (Request, ConnectionID)?
  {
    guard let index = index(of: id) else { return nil }
    let pool = connections[index].pool.index
    connections[index].holder = scope
    connections[index].idleSince = nil
    // Its home since it was last granted one, which is usual and need not be looked up.
    if pools[pool].scopes[scope].home?.connection != id { connections[index].scopes.insert(scope) }
    pools[pool].grants += 1
    pools[pool].scopes[scope].inUse += 1
    pools[pool].scopes[scope].home = (id, pools[pool].grants)
    return (request, id)
  }
}
