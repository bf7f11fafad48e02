/// Whose turn it is.
extension PoolStateMachine {
  /// How long a request may be passed over for those of scopes that a connection knows.
  private static var patience: Duration { .milliseconds(5) }
  /// How many turns are looked through for a scope that a connection knows.
  private static var reach: Int { 64 }

  mutating func enqueue(_ waiter: Waiter, pool id: PoolID, scope: ScopeID) {
    if pools[id.index].scopes[scope].queue.isEmpty { appendTurn(of: scope, pool: id) }
    pools[id.index].scopes[scope].queue.append(waiter)
    pools[id.index].waiting += 1
  }

  private mutating func appendTurn(of scope: ScopeID, pool id: PoolID) {
    pools[id.index].turns.append(Turn(scope: scope, grants: pools[id.index].grants))
  }

  mutating func removeTurnIfEmpty(_ scope: ScopeID, pool id: PoolID) {
    guard pools[id.index].scopes[scope].queue.isEmpty else { return }
    pools[id.index].turns.removeAll { $0.scope == scope }
  }

  /// An idle connection: the one that served the scope last, or else the one used last.
  mutating func takeIdle(for scope: ScopeID, pool id: PoolID) -> ConnectionID? {
    guard let home = pools[id.index].scopes[scope].home?.connection,
      let index = pools[id.index].idle.lastIndex(of: home)
    else { return pools[id.index].idle.popLast() }
    return pools[id.index].idle.remove(at: index)
  }

  /// The request that gets `connection`, which has come free.
  mutating func nextWaiter(for connection: ConnectionID, pool id: PoolID, now: Instant) -> (
    waiter: Waiter, scope: ScopeID
  )? {
    guard let position = nextTurn(for: connection, pool: id, now: now) else { return nil }
    let scope = pools[id.index].turns.remove(at: position).scope
    guard let waiter = pools[id.index].scopes[scope].queue.popFirst() else { return nil }
    pools[id.index].waiting -= 1
    if !pools[id.index].scopes[scope].queue.isEmpty { appendTurn(of: scope, pool: id) }
    return (waiter, scope)
  }

  /// The first turn of a scope that `connection` served last; the first of all if there is none, or
  /// if that one's request has waited for long enough.
  ///
  /// A scope that has had a turn since the first one queued up does not pass it again.
  private func nextTurn(for connection: ConnectionID, pool id: PoolID, now: Instant) -> Int? {
    var first: (position: Int, grants: Int)?
    for (position, turn) in pools[id.index].turns.enumerated()
    where mayHaveAnother(turn.scope, pool: id) {
      guard position < Self.reach || first == nil else { break }
      let latest = first?.grants ?? .max
      if let home = pools[id.index].scopes[turn.scope].home, home.connection == connection,
        home.grant <= latest
      {
        return position
      }
      guard first == nil else { continue }
      first = (position, turn.grants)
      if hasWaited(turn.scope, pool: id, Self.patience, now: now) { break }
    }
    return first?.position
  }

  /// Whether the scope's first request has waited that long.
  func hasWaited(_ scope: ScopeID, pool id: PoolID, _ limit: Duration, now: Instant) -> Bool {
    pools[id.index].scopes[scope].queue.first.map { now >= $0.since + limit } ?? false
  }
}
