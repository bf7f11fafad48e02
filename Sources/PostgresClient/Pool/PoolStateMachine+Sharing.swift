/// How pools share what all may have together. It runs at every release: a pool's fields are read in
/// place, since a copy of it counts references to all that it holds.
extension PoolStateMachine {
  /// How long a connection is idle before it makes room for a pool that has others.
  private static var respite: Duration { .seconds(1) }
  /// The same for a pool's last connection: longer than the pauses of what works now and then, such
  /// as who follows the registry.
  private static var respiteOfTheLast: Duration { .seconds(5) }
  /// How long a pool with less than its share waits for a connection of one that has more.
  private static var respiteOfTheShort: Duration { .milliseconds(50) }

  /// Whether the pool's server has fewer connections than it may.
  func mayHaveAnother(_ id: PoolID) -> Bool {
    let server = pools[id.index].server
    guard pools.indices.contains(where: { pools[$0].server != server }) else { return true }
    let bound = configuration.maximumConnections - max(1, configuration.maximumConnections / 4)
    return connections.count { pools[$0.pool.index].server == server } < max(1, bound)
  }

  /// What a new connection takes the place of.
  enum Room {
    case free
    case of(ConnectionID)
  }

  /// Whether any pool has an idle connection: without one, a full client has no room for anybody.
  var hasIdle: Bool { pools.contains { !$0.idle.isEmpty } }

  /// Where a connection of the pool can be opened; nil if there is no room. On a server that has all
  /// that it may, only another of its own pools can make some.
  func room(for id: PoolID, now: Instant) -> Room? {
    let isServerFull = !mayHaveAnother(id)
    guard isServerFull || total >= configuration.maximumConnections else { return .free }
    return idleElsewhere(for: id, onItsServer: isServerFull, now: now).map(Room.of)
  }

  /// The connection that has been idle longest in a pool other than `id`, if it may make room.
  private func idleElsewhere(
    for id: PoolID, onItsServer: Bool, now: Instant
  ) -> ConnectionID? {
    let isShort = isShort(id, now: now)
    var oldest: (id: ConnectionID, since: Instant)?
    for index in pools.indices where index != id.index {
      guard !onItsServer || pools[index].server == pools[id.index].server,
        let candidate = pools[index].idle.first,
        let since = self.index(of: candidate).flatMap({ connections[$0].idleSince }),
        oldest.map({ since < $0.since }) ?? true
      else { continue }
      let respite = pools[index].open == 1 ? Self.respiteOfTheLast : Self.respite
      if isShort || now >= since + respite { oldest = (candidate, since) }
    }
    return oldest?.id
  }

  /// Whether a pool has no connection, or less than half of its share, and has waited for a moment.
  private func isShort(_ id: PoolID, now: Instant) -> Bool {
    let having = pools[id.index].having
    guard having > 0 else { return true }
    return 2 * having < fairShare && pools[id.index].opening.isEmpty
      && hasWaited(id, Self.respiteOfTheShort, now: now)
  }

  /// Whether another pool has waited long enough for a connection to take this one's place.
  func isNeededElsewhere(_ id: PoolID, now: Instant) -> Bool {
    let others = pools.indices.lazy.filter { $0 != id.index && pools[$0].waiting > 0 }
    guard !others.isEmpty else { return false }
    let share = fairShare
    let hasMore = pools[id.index].open > share
    return others.contains { index in
      let isOfUse =
        mayHaveAnother(PoolID(index: index))
        ? total >= configuration.maximumConnections
        : pools[index].server == pools[id.index].server
      guard isOfUse else { return false }
      let isShort = hasMore && pools[index].open < share
      let limit = isShort ? Self.respiteOfTheShort : configuration.queueTimeout / 2
      return isStarving(PoolID(index: index), after: limit, now: now)
    }
  }

  /// What each pool that is in use would have if they shared alike.
  private var fairShare: Int {
    let used = pools.indices.count {
      pools[$0].waiting > 0 || pools[$0].open > pools[$0].idle.count
    }
    return max(1, configuration.maximumConnections / max(1, used))
  }

  /// Whether a pool has waited for another connection for as long as `limit`. Scopes that have all
  /// they may do not count: they wait for one of their own.
  private func isStarving(_ id: PoolID, after limit: Duration, now: Instant) -> Bool {
    guard pools[id.index].opening.isEmpty else { return false }
    if let retryAt = pools[id.index].retryAt, now < retryAt { return false }
    return pools[id.index].open == 0 || hasWaited(id, limit, now: now)
  }

  /// Whether a request that may have a connection has waited that long.
  private func hasWaited(_ id: PoolID, _ limit: Duration, now: Instant) -> Bool {
    pools[id.index].turns.contains { turn in
      mayHaveAnother(turn.scope, pool: id) && hasWaited(turn.scope, pool: id, limit, now: now)
    }
  }

  /// Gives the room that `id` has made to the pools that wait for it, those with the fewest
  /// connections first; to `id` itself at last, whose waiters get what is idle.
  mutating func reassignRoom(of id: PoolID, now: Instant, _ actions: inout Actions) {
    let others = pools.indices.filter { $0 != id.index && pools[$0].waiting > 0 }
    for index in others.sorted(by: { pools[$0].having < pools[$1].having }) {
      openIfNeeded(PoolID(index: index), now: now, &actions)
    }
    if actions.grant == nil { grantIdle(of: id, now: now, &actions) }
    openIfNeeded(id, now: now, &actions)
  }
}
