import Foundation

/// The connections of peers, and which peers have most. Adding and removing one takes the same time
/// however many there are.
struct PeerRanking {
  /// Of how many peers that have equally many the longest idle connection is looked for.
  private static let sample = 16
  /// Of the connections of one peer, so many are closed together: none is looked at for each
  /// newcomer.
  private static let share = 16

  private var connections: [String: [ObjectIdentifier: ConnectionActivity]] = [:]
  /// The peers that have as many connections as the index says.
  private var ranks: [Set<String>] = [[]]

  func count(of peer: String) -> Int { connections[peer]?.count ?? 0 }

  mutating func add(_ connection: ConnectionActivity, of peer: String) {
    let count = count(of: peer) + 1
    connections[peer, default: [:]][ObjectIdentifier(connection)] = connection
    move(peer, from: count - 1, to: count)
  }

  mutating func remove(_ connection: ConnectionActivity, of peer: String) {
    let count = count(of: peer)
    guard connections[peer]?.removeValue(forKey: ObjectIdentifier(connection)) != nil else {
      return
    }
    if count == 1 { connections[peer] = nil }
    move(peer, from: count, to: count - 1)
  }

  private mutating func move(_ peer: String, from old: Int, to new: Int) {
    if old > 0 { ranks[old].remove(peer) }
    if new == ranks.count { ranks.append([]) }
    if new > 0 { ranks[new].insert(peer) }
    while ranks.count > 1, ranks[ranks.count - 1].isEmpty { ranks.removeLast() }
  }

  /// Connections that were idle for longest, of the peer that has most connections among those that
  /// have idle ones.
  struct Idle {
    let peer: String
    /// How many connections the peer has.
    let rank: Int
    /// The longest idle first.
    let connections: [(since: UInt64, connection: ConnectionActivity)]
  }

  /// - Parameters:
  ///   - newcomer: a connection that is left out.
  ///   - time: those that have become idle since are left out, too.
  /// - Returns: nil if there is none.
  func longestIdle(
    besides newcomer: ConnectionActivity? = nil, before time: UInt64 = .max
  ) -> Idle? {
    for rank in ranks.indices.reversed() {
      var best: Idle?
      var looked = 0
      for peer in ranks[rank] where looked < Self.sample {
        guard let idle = longestIdle(of: peer, rank, newcomer, time) else { continue }
        looked += 1
        if let best, best.connections[0].since <= idle.connections[0].since { continue }
        best = idle
      }
      if let best { return best }
    }
    return nil
  }

  private func longestIdle(
    of peer: String, _ rank: Int, _ newcomer: ConnectionActivity?, _ time: UInt64
  ) -> Idle? {
    var idle: [(since: UInt64, connection: ConnectionActivity)] = []
    for connection in connections[peer, default: [:]].values where connection !== newcomer {
      if let since = connection.idleSince, since <= time { idle.append((since, connection)) }
    }
    guard !idle.isEmpty else { return nil }
    idle.sort { $0.since < $1.since }
    let connections = Array(idle.prefix(max(1, rank / Self.share)))
    return Idle(peer: peer, rank: rank, connections: connections)
  }
}

/// Who counts as one where peers are counted.
package struct Peer: Hashable, Sendable {
  /// An address as it is; of an IPv6 address its /64, of which a host may use every address that it
  /// likes (RFC 4291, section 2.5.1).
  package let host: String
  /// Of an IPv6 address its /48, the most that a provider gives to one customer (RFC 6177);
  /// otherwise the host.
  package let site: String

  /// - Parameter address: as text; what is no IPv6 address stands for itself.
  package init(_ address: String) {
    var bytes = in6_addr()
    guard address.utf8.contains(UInt8(ascii: ":")), !address.hasPrefix("::ffff:"),
      inet_pton(AF_INET6, address, &bytes) == 1
    else {
      host = address
      site = address
      return
    }
    host = Self.network(of: &bytes, prefix: 64)
    site = Self.network(of: &bytes, prefix: 48)
  }

  private static func network(of address: inout in6_addr, prefix: Int) -> String {
    withUnsafeMutableBytes(of: &address) { bytes in
      for index in prefix / 8..<16 { bytes[index] = 0 }
    }
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(INET6_ADDRSTRLEN)) { text in
      // Cannot fail: the text has room for any address.
      inet_ntop(AF_INET6, &address, text.baseAddress, socklen_t(text.count))
      return String(cString: text.baseAddress!) + "/\(prefix)"
    }
  }
}
