import HTTPSupport
import NIOCore
import NIOEmbedded
import TestSupport
import Testing

@testable import HTTPServer

/// Whose connections make room.
struct PeerRankingTests {
  private var ranking = PeerRanking()

  /// Adds a connection that is idle since a time, or busy.
  private mutating func add(_ peer: String, idleSince time: UInt64?) -> ConnectionActivity {
    let connection = ConnectionActivity(
      channel: EmbeddedChannel(), configuration: TestListener.configuration)
    connection.begin()
    if let time { connection.end(at: .uptimeNanoseconds(time)) }
    ranking.add(connection, of: peer)
    return connection
  }

  @Test mutating func thePeerThatHasMostIsFound() throws {
    _ = add("few", idleSince: 1)
    let older = add("many", idleSince: 2)
    let newer = add("many", idleSince: 3)
    let found = try #require(ranking.longestIdle())
    #expect(found.peer == "many" && found.rank == 2)
    #expect(found.connections.map(\.since) == [2])
    #expect(found.connections[0].connection === older)
    ranking.remove(older, of: "many")
    ranking.remove(newer, of: "many")
    #expect(ranking.longestIdle()?.peer == "few")
    #expect(ranking.count(of: "many") == 0)
  }

  @Test mutating func whoeverHasNoIdleOneIsPassedOver() {
    _ = add("many", idleSince: nil)
    _ = add("many", idleSince: nil)
    let only = add("few", idleSince: 5)
    #expect(ranking.longestIdle()?.peer == "few")
    #expect(ranking.longestIdle(besides: only) == nil)
    #expect(ranking.longestIdle(before: 4) == nil)
    only.begin()
    #expect(ranking.longestIdle() == nil)
  }

  @Test mutating func ofPeersThatHaveEquallyManyTheLongestIdleIsFound() {
    for time in [7, 5, 6] as [UInt64] { _ = add("peer \(time)", idleSince: time) }
    #expect(ranking.longestIdle()?.peer == "peer 5")
  }

  @Test mutating func ofManyASixteenthIsFoundAtOnce() {
    for time in (1...64).shuffled() as [UInt64] { _ = add("many", idleSince: time) }
    #expect(ranking.longestIdle()?.connections.map(\.since) == [1, 2, 3, 4])
  }

  @Test mutating func peersComeAndGoInAnyOrder() {
    var connections: [(peer: String, connection: ConnectionActivity)] = []
    let channel = EmbeddedChannel()
    for number in 1...20_000 {
      let connection = ConnectionActivity(
        channel: channel, configuration: TestListener.configuration)
      let peer = "\(number % 300)"
      ranking.add(connection, of: peer)
      connections.append((peer, connection))
    }
    #expect(ranking.longestIdle()?.rank == 67)
    for (peer, connection) in connections.shuffled() { ranking.remove(connection, of: peer) }
    #expect(ranking.longestIdle() == nil)
  }

  @Test func aConnectionThatBecameBusyIsNotClosed() throws {
    let channel = EmbeddedChannel()
    try channel.connect(to: SocketAddress(unixDomainSocketPath: "/nowhere")).wait()
    let connection = ConnectionActivity(
      channel: channel, configuration: TestListener.configuration)
    let since = try #require(connection.idleSince)
    connection.close(ifIdleSince: since)
    #expect(connection.idleSince == nil)
    connection.begin()
    channel.embeddedEventLoop.run()
    #expect(channel.isActive)
    connection.end(at: .now())
    let later = try #require(connection.idleSince)
    connection.close(ifIdleSince: since)
    channel.embeddedEventLoop.run()
    #expect(channel.isActive)
    connection.close(ifIdleSince: later)
    channel.embeddedEventLoop.run()
    #expect(!channel.isActive)
  }
}
