import Synchronization

/// Counts the connections of each peer; see ``PeerNetwork``.
final class PeerLimiter: Sendable {
  private let limit: Int
  private let counts = Mutex<[String: Int]>([:])

  init(limit: Int) {
    self.limit = limit
  }

  /// Counts a new connection, unless the peer has as many as it may have.
  func admit(_ peer: String) -> Bool {
    let peer = PeerNetwork.of(peer)
    return counts.withLock { counts in
      guard counts[peer, default: 0] < limit else { return false }
      counts[peer, default: 0] += 1
      return true
    }
  }

  /// Forgets a connection that was admitted.
  func leave(_ peer: String) {
    let peer = PeerNetwork.of(peer)
    counts.withLock { counts in
      guard let count = counts[peer] else { return }
      counts[peer] = count > 1 ? count - 1 : nil
    }
  }
}
