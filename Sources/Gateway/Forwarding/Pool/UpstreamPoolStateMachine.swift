import NIOCore

/// Which connection a request gets, and which are closed: bounded in all and for each upstream.
///
/// A connection is opened for a request that finds none idle; beyond the bound the one that has
/// been idle longest, of whatever upstream, makes room.
struct UpstreamPoolStateMachine<Connection: AnyObject> {
  /// Whether a connection may be opened.
  enum Opening {
    /// A place is taken, which `closed` or `failed` gives back. `evicted` is to be closed.
    case open(evicted: Connection?)
    case refuse
  }

  private struct Idle {
    let connection: Connection
    let since: NIODeadline
  }

  private struct Members {
    /// Those in use and being opened included.
    var count = 0
    /// The one that was used last is at the end, and used first: the others can grow old.
    var idle: [Idle] = []
  }

  private let maximum: Int
  private let maximumPerUpstream: Int
  private var members: [Upstream: Members] = [:]
  private(set) var count = 0

  /// Those that have a connection.
  var upstreams: Int { members.count }

  init(maximum: Int, maximumPerUpstream: Int) {
    self.maximum = maximum
    self.maximumPerUpstream = maximumPerUpstream
  }

  /// Takes out the idle connection that was used last; nil if there is none.
  mutating func reuse(_ upstream: Upstream) -> Connection? {
    members[upstream]?.idle.popLast()?.connection
  }

  /// Takes a place for a new connection.
  mutating func open(_ upstream: Upstream) -> Opening {
    var evicted: Connection?
    if members[upstream]?.count ?? 0 >= maximumPerUpstream {
      guard let oldest = popOldest(of: upstream) else { return .refuse }
      evicted = oldest
    } else if count >= maximum {
      guard let oldest = popOldest() else { return .refuse }
      evicted = oldest
    }
    members[upstream, default: Members()].count += 1
    count += 1
    return .open(evicted: evicted)
  }

  /// A connection has served its request and can serve another.
  ///
  /// - Returns: Whether it is kept. If not, it has expired: it is to be closed, and counts until it
  ///   is.
  mutating func release(
    _ connection: Connection, to upstream: Upstream, expiresAt: NIODeadline, now: NIODeadline
  ) -> Bool {
    guard now < expiresAt else { return false }
    members[upstream]?.idle.append(Idle(connection: connection, since: now))
    return true
  }

  /// A connection has ended.
  mutating func closed(_ connection: Connection, to upstream: Upstream) {
    members[upstream]?.idle.removeAll { $0.connection === connection }
    failed(upstream)
  }

  /// A connection could not be opened.
  mutating func failed(_ upstream: Upstream) {
    guard let left = members[upstream].map({ $0.count - 1 }) else { return }
    members[upstream]?.count = left
    if left == 0 { members[upstream] = nil }
    count -= 1
  }

  /// Takes out the connections that have been idle since `deadline` or longer. They are to be
  /// closed, and count until they are.
  mutating func expire(idleSince deadline: NIODeadline) -> [Connection] {
    var expired: [Connection] = []
    for (upstream, group) in members {
      let old = group.idle.prefix { $0.since <= deadline }
      guard !old.isEmpty else { continue }
      expired += old.map(\.connection)
      members[upstream]?.idle.removeFirst(old.count)
    }
    return expired
  }

  /// Takes out all that are idle.
  mutating func drain() -> [Connection] {
    expire(idleSince: .distantFuture)
  }

  private mutating func popOldest() -> Connection? {
    let oldest = members.min { first, second in
      (first.value.idle.first?.since ?? .distantFuture)
        < (second.value.idle.first?.since ?? .distantFuture)
    }
    return oldest.flatMap { popOldest(of: $0.key) }
  }

  private mutating func popOldest(of upstream: Upstream) -> Connection? {
    guard let idle = members[upstream]?.idle.first else { return nil }
    members[upstream]?.idle.removeFirst()
    return idle.connection
  }
}
