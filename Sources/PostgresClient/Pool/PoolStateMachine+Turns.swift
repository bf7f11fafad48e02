/// Whose turn it is.
extension PoolStateMachine {
  /// How long a request may be passed over for those of scopes that a connection knows.
  private static var patience: Duration { .milliseconds(5) }
  /// How many turns are looked through for a scope that a connection knows.
  private static var reach: Int { 64 }

  mutating func enqueue(_ waiter: Waiter, pool id: PoolID, scope: String) {
    var queue = pools[id.index].queues.removeValue(forKey: scope) ?? []
    if queue.isEmpty { appendTurn(of: scope, pool: id) }
    queue.append(waiter)
    pools[id.index].queues[scope] = queue
    pools[id.index].waiting += 1
  }

  private mutating func appendTurn(of scope: String, pool id: PoolID) {
    pools[id.index].turns.append(Turn(scope: scope, grants: pools[id.index].grants))
  }

  mutating func removeTurnIfEmpty(_ scope: String, pool id: PoolID) {
    guard pools[id.index].queues[scope]?.isEmpty == true else { return }
    pools[id.index].queues[scope] = nil
    pools[id.index].turns.removeAll { $0.scope == scope }
  }

  /// An idle connection: the one that served the scope last, or else the one used last.
  mutating func takeIdle(for scope: String, pool id: PoolID) -> ConnectionID? {
    guard let home = pools[id.index].homes[scope]?.connection,
      let index = pools[id.index].idle.lastIndex(of: home)
    else { return pools[id.index].idle.popLast() }
    return pools[id.index].idle.remove(at: index)
  }

  /// The request that gets `connection`, which has come free.
  mutating func nextWaiter(for connection: ConnectionID, pool id: PoolID, now: Instant) -> (
    waiter: Waiter, scope: String
  )? {
    guard let position = nextTurn(for: connection, pool: id, now: now) else { return nil }
    let scope = pools[id.index].turns.remove(at: position).scope
    guard var queue = pools[id.index].queues.removeValue(forKey: scope),
      let waiter = queue.popFirst()
    else { return nil }
    pools[id.index].waiting -= 1
    if !queue.isEmpty {
      appendTurn(of: scope, pool: id)
      pools[id.index].queues[scope] = queue
    }
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
      if let home = pools[id.index].homes[turn.scope], home.connection == connection,
        home.grant <= latest
      {
        return position
      }
      guard first == nil else { continue }
      first = (position, turn.grants)
      if let since = pools[id.index].queues[turn.scope]?.first?.since,
        now >= since + Self.patience
      {
        break
      }
    }
    return first?.position
  }
}
