import Logging
import NIOCore
import Synchronization

/// The open connections of a listener, counted by peer; see ``Peer``.
///
/// A listener takes a few more than it may have at once. Idle ones make room for these: the longest
/// idle of the peer that has most. So whoever opens many keeps nobody else out, and makes room for
/// itself. Proxies that are trusted, who speak for many, come after all others.
final class OpenConnections: Sendable {
  private struct State {
    var peers = PeerRanking()
    var proxies = PeerRanking()
    var count = 0
    var isWaiting = false
    var lastNotice: NIODeadline?
  }

  /// How soon it is looked again, while all are busy, whether one is idle.
  private static let pause = TimeAmount.milliseconds(100)
  private static let noticeInterval = TimeAmount.seconds(10)

  private let limit: Int
  private let limitPerPeer: Int
  private let grace: TimeAmount
  private let logger: Logger
  private let state = Mutex(State())

  /// - Parameters:
  ///   - limit: how many there may be before some make room.
  ///   - limitPerPeer: how many a peer may have that is no trusted proxy.
  ///   - grace: how long a connection is idle before it makes room.
  init(limit: Int, limitPerPeer: Int, grace: TimeAmount, logger: Logger) {
    self.limit = limit
    self.limitPerPeer = limitPerPeer
    self.grace = grace
    self.logger = logger
  }

  /// Counts a new connection, unless the peer has as many as it may have.
  func admit(_ connection: ConnectionActivity, of peer: String, isTrusted: Bool = false) -> Bool {
    let peer = Peer(peer).host
    return state.withLock { state in
      if isTrusted {
        state.proxies.add(connection, of: peer)
      } else {
        guard state.peers.count(of: peer) < limitPerPeer else { return false }
        state.peers.add(connection, of: peer)
      }
      state.count += 1
      return true
    }
  }

  /// Forgets a connection that was admitted.
  func leave(_ connection: ConnectionActivity, of peer: String, isTrusted: Bool = false) {
    let peer = Peer(peer).host
    state.withLock { state in
      if isTrusted {
        state.proxies.remove(connection, of: peer)
      } else {
        state.peers.remove(connection, of: peer)
      }
      state.count -= 1
    }
  }

  /// Closes idle connections if there are too many, and looks again later until there are not.
  ///
  /// - Parameters:
  ///   - newcomer: the connection that was admitted last. It gives way itself if its peer has more
  ///     than any that has idle ones.
  ///   - eventLoop: where it is looked again.
  func makeRoom(
    for newcomer: (connection: ConnectionActivity, peer: String)?, on eventLoop: any EventLoop
  ) {
    let (idle, mustWait) = state.withLock { state in choose(newcomer, &state) }
    for (since, connection) in idle { connection.close(ifIdleSince: since) }
    guard mustWait else { return }
    eventLoop.scheduleTask(in: Self.pause) { [self] in
      state.withLock { $0.isWaiting = false }
      makeRoom(for: nil, on: eventLoop)
    }
  }

  private func choose(
    _ newcomer: (connection: ConnectionActivity, peer: String)?, _ state: inout State
  ) -> (idle: [(since: UInt64, connection: ConnectionActivity)], mustWait: Bool) {
    guard state.count > limit else { return ([], false) }
    let mustWait = !state.isWaiting
    state.isWaiting = true
    let time = (NIODeadline.now() - grace).uptimeNanoseconds
    let found =
      state.peers.longestIdle(besides: newcomer?.connection, before: time)
      ?? state.proxies.longestIdle(besides: newcomer?.connection, before: time)
    guard let found else { return ([], mustWait) }
    note(found, &state)
    if let newcomer, let since = newcomer.connection.idleSince,
      state.peers.count(of: Peer(newcomer.peer).host) > found.rank
    {
      return ([(since, newcomer.connection)], mustWait)
    }
    return (found.connections, mustWait)
  }

  /// Logs once in a while who has most.
  private func note(_ idle: PeerRanking.Idle, _ state: inout State) {
    let now = NIODeadline.now()
    if let last = state.lastNotice, now - last < Self.noticeInterval { return }
    state.lastNotice = now
    logger.notice(
      "there are as many connections as there may be: idle ones are closed, of the peer that has most",
      metadata: ["peer": "\(idle.peer)", "connections": "\(idle.rank)"])
  }
}
