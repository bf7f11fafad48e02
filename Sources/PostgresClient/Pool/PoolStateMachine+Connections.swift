/// What becomes of connections.
extension PoolStateMachine {
  /// A connection that was to be opened is open.
  mutating func opened(_ id: ConnectionID, now: Instant) -> Actions {
    var actions = Actions()
    guard let pool = index(of: id).map({ connections[$0].pool }) else {
      actions.closes.append(id)
      return actions
    }
    pools[pool.index].opening.remove(id)
    pools[pool.index].open += 1
    pools[pool.index].failingSince = nil
    pools[pool.index].failures = 0
    pools[pool.index].retryAt = nil
    assign(id, now: now, &actions)
    openIfNeeded(pool, now: now, &actions)
    return actions
  }

  /// A connection could not be opened. The next attempt comes later: 50 ms, then twice as long
  /// each time, up to 2 s.
  mutating func openFailed(_ id: ConnectionID, now: Instant) -> Actions {
    var actions = Actions()
    guard let pool = forget(id) else { return actions }
    let failures = pools[pool.index].failures + 1
    pools[pool.index].failures = failures
    pools[pool.index].failingSince = pools[pool.index].failingSince ?? now
    pools[pool.index].retryAt =
      now + min(.milliseconds(50) * (1 << min(failures - 1, 6)), .seconds(2))
    reassignRoom(of: pool, now: now, &actions)
    return actions
  }

  /// The holder of a connection is done with it, and it can take new work.
  mutating func released(_ id: ConnectionID, now: Instant) -> Actions {
    var actions = Actions()
    guard let index = index(of: id) else {
      actions.closes.append(id)
      return actions
    }
    let pool = connections[index].pool
    if let holder = connections[index].holder.take() { releaseHold(of: holder, pool: pool) }
    if isShutDown || isWornOut(connections[index], now: now) {
      close(id, &actions)
      reassignRoom(of: pool, now: now, &actions)
    } else if isNeededElsewhere(pool, now: now) {
      // The one that has been idle longest knows least of what is asked for.
      let spare = pools[pool.index].idle.first
      close(spare ?? id, &actions)
      if spare != nil { assign(id, now: now, &actions) }
      reassignRoom(of: pool, now: now, &actions)
    } else {
      assign(id, now: now, &actions)
    }
    return actions
  }

  /// A connection broke, or was closed by the server.
  mutating func lost(_ id: ConnectionID, now: Instant) -> Actions {
    var actions = Actions()
    guard let pool = forget(id) else { return actions }
    reassignRoom(of: pool, now: now, &actions)
    return actions
  }

  /// A connection is in a state that it may not come out of, as when its server became read-only:
  /// it and the pool's others are replaced, those in use when they are released. Where that does not
  /// help they are replaced again later: after 50 ms, then twice as long each time, up to 2 s.
  mutating func foundUnfit(_ id: ConnectionID, now: Instant) -> Actions {
    var actions = Actions()
    guard let pool = index(of: id).map({ connections[$0].pool }) else { return actions }
    if let keepsUntil = pools[pool.index].keepsUntil {
      guard now >= keepsUntil else { return actions }
      if now >= keepsUntil + .seconds(10) { pools[pool.index].replacements = 0 }
    }
    let replacements = pools[pool.index].replacements
    pools[pool.index].replacements += 1
    pools[pool.index].keepsUntil =
      now + min(.milliseconds(50) * (1 << min(replacements, 6)), .seconds(2))
    for id in pools[pool.index].idle { close(id, &actions) }
    for index in connections.indices where connections[index].pool == pool {
      guard !pools[pool.index].opening.contains(connections[index].id) else { continue }
      connections[index].expiresAt = min(connections[index].expiresAt, now)
    }
    reassignRoom(of: pool, now: now, &actions)
    return actions
  }

  /// Time has passed: requests that waited too long fail, idle connections that are too old
  /// close, and pools that backed off try again. If something is granted, there may be more: the
  /// caller comes again.
  mutating func tick(now: Instant) -> Actions {
    var actions = Actions()
    for index in pools.indices {
      expireWaiters(PoolID(index: index), now: now, &actions)
      if actions.grant == nil { grantIdle(of: PoolID(index: index), now: now, &actions) }
      for id in pools[index].idle {
        if let index = self.index(of: id), now >= connections[index].expiresAt {
          close(id, &actions)
        }
      }
      openIfNeeded(PoolID(index: index), now: now, &actions)
    }
    return actions
  }

  /// Nothing new is granted: waiting requests fail, idle connections close, and those in use
  /// close when they are released.
  mutating func shutdown() -> Actions {
    var actions = Actions()
    isShutDown = true
    for index in pools.indices {
      for scope in pools[index].turns.map(\.scope) {
        actions.failures += pools[index].scopes[scope].queue.map { ($0.request, .shutdown) }
        pools[index].scopes[scope].queue = []
      }
      pools[index].turns = []
      pools[index].waiting = 0
      for id in pools[index].idle { close(id, &actions) }
      for id in pools[index].opening { forget(id) }
    }
    return actions
  }

  /// Grants an idle connection to a request that may have one by now: its scope may have more than
  /// when it queued up.
  mutating func grantIdle(of pool: PoolID, now: Instant, _ actions: inout Actions) {
    guard pools[pool.index].waiting > 0, let id = pools[pool.index].idle.last,
      let next = nextWaiter(for: id, pool: pool, now: now)
    else { return }
    pools[pool.index].idle.removeLast()
    actions.grant = grant(id, to: next.waiter.request, of: next.scope)
  }

  private mutating func assign(_ id: ConnectionID, now: Instant, _ actions: inout Actions) {
    guard let index = index(of: id) else { return }
    let pool = connections[index].pool
    if let next = nextWaiter(for: id, pool: pool, now: now) {
      actions.grant = grant(id, to: next.waiter.request, of: next.scope)
    } else {
      connections[index].idleSince = now
      pools[pool.index].idle.append(id)
    }
  }

  private func isWornOut(_ connection: Connection, now: Instant) -> Bool {
    now >= connection.expiresAt
      || connection.scopes.count > configuration.maximumScopesPerConnection
  }

  /// Whether the pool has tried to connect, and has not come through.
  private func isUnreached(_ pool: Pool) -> Bool {
    pool.failingSince != nil || (pool.open == 0 && !pool.opening.isEmpty)
  }

  private mutating func expireWaiters(_ id: PoolID, now: Instant, _ actions: inout Actions) {
    for scope in pools[id.index].turns.map(\.scope) {
      let expired = pools[id.index].scopes[scope].queue.prefix {
        now >= $0.since + configuration.queueTimeout
      }
      guard !expired.isEmpty else { continue }
      let code: PostgresError.Code = isUnreached(pools[id.index]) ? .connectFailed : .queueTimeout
      actions.failures += expired.map { ($0.request, code) }
      pools[id.index].waiting -= expired.count
      pools[id.index].scopes[scope].queue.removeFirst(expired.count)
      removeTurnIfEmpty(scope, pool: id)
    }
  }

  // MARK: Opening

  /// Opens as many connections as there are waiting requests with none coming, as far as the bound
  /// and the back-off allow.
  mutating func openIfNeeded(_ id: PoolID, now: Instant, _ actions: inout Actions) {
    guard !isShutDown, pools[id.index].waiting > 0 else { return }
    if let retryAt = pools[id.index].retryAt {
      // One attempt at a time tells whether the server is back.
      guard now >= retryAt, pools[id.index].opening.isEmpty else { return }
    }
    while total < configuration.maximumConnections || hasIdle,
      hasGrantableWaiters(id, beyond: pools[id.index].opening.count + pools[id.index].idle.count),
      let room = room(for: id, now: now)
    {
      if case .of(let spare) = room { close(spare, &actions) }
      lastConnection += 1
      let connection = ConnectionID(index: lastConnection)
      let jitter = Double.random(in: 0.9...1.1, using: &random)
      connections.append(
        Connection(
          id: connection, pool: id, expiresAt: now + configuration.maximumConnectionAge * jitter))
      pools[id.index].opening.insert(connection)
      actions.opens.append((connection, id))
      if pools[id.index].retryAt != nil { return }
    }
  }

  /// Whether more than `count` requests wait that their scopes' bounds would let have a connection.
  private func hasGrantableWaiters(_ id: PoolID, beyond count: Int) -> Bool {
    var left = count
    for turn in pools[id.index].turns {
      let room =
        maximumConnections(of: turn.scope, pool: id) - pools[id.index].scopes[turn.scope].inUse
      left -= max(0, min(pools[id.index].scopes[turn.scope].queue.count, room))
      if left < 0 { return true }
    }
    return false
  }

  /// Forgets an idle or released connection, and has it closed.
  mutating func close(_ id: ConnectionID, _ actions: inout Actions) {
    forget(id)
    actions.closes.append(id)
  }

  /// Takes a connection out of the books.
  ///
  /// - Returns: its pool, or nil if it was not in them.
  @discardableResult
  mutating func forget(_ id: ConnectionID) -> PoolID? {
    guard let index = index(of: id) else { return nil }
    let connection = connections.remove(at: index)
    let pool = connection.pool
    if pools[pool.index].opening.remove(id) != nil { return pool }
    pools[pool.index].open -= 1
    pools[pool.index].idle.removeAll { $0 == id }
    if let holder = connection.holder { releaseHold(of: holder, pool: pool) }
    return pool
  }

  mutating func releaseHold(of holder: ScopeID, pool id: PoolID) {
    pools[id.index].scopes[holder].inUse -= 1
  }
}
