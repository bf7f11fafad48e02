import NIOCore
import TestSupport
import Testing

@testable import Gateway

struct UpstreamPoolTests {
  private final class Connection {}

  private typealias Pool = UpstreamPoolStateMachine<Connection>

  private static let acme = upstream("acme")
  private static let globex = upstream("globex")

  private static func upstream(_ name: String) -> Upstream {
    Upstream(serverName: name, host: name, port: 1)
  }

  /// Opens a connection and gives it back.
  private func addIdle(_ pool: inout Pool, to upstream: Upstream, at time: Int64) -> Connection {
    let connection = Connection()
    guard case .open = pool.open(upstream) else { return connection }
    release(connection, to: upstream, at: time, &pool)
    return connection
  }

  private func release(
    _ connection: Connection, to upstream: Upstream, at time: Int64, _ pool: inout Pool
  ) {
    let isKept = pool.release(
      connection, to: upstream, expiresAt: .distantFuture, now: .uptimeNanoseconds(UInt64(time)))
    #expect(isKept)
  }

  @Test func theOneUsedLastIsUsedFirst() {
    var pool = Pool(maximum: 9, maximumPerUpstream: 9)
    guard case .open(nil) = pool.open(Self.acme), case .open(nil) = pool.open(Self.acme) else {
      Issue.record("no place")
      return
    }
    let (first, second) = (Connection(), Connection())
    release(first, to: Self.acme, at: 1, &pool)
    release(second, to: Self.acme, at: 2, &pool)
    let reused = pool.reuse(Self.acme)
    #expect(reused === second)
  }

  @Test func anIdleConnectionIsForItsUpstreamOnly() {
    var pool = Pool(maximum: 9, maximumPerUpstream: 9)
    _ = addIdle(&pool, to: Self.acme, at: 1)
    let reused = pool.reuse(Self.globex)
    #expect(reused == nil)
  }

  @Test func oneUpstreamHasOnlySoMany() {
    var pool = Pool(maximum: 9, maximumPerUpstream: 1)
    _ = pool.open(Self.acme)
    guard case .refuse = pool.open(Self.acme), case .open = pool.open(Self.globex) else {
      Issue.record("not bounded")
      return
    }
  }

  @Test func theOneIdleLongestMakesRoom() {
    var pool = Pool(maximum: 2, maximumPerUpstream: 2)
    let old = addIdle(&pool, to: Self.globex, at: 1)
    _ = addIdle(&pool, to: Self.acme, at: 2)
    guard case .open(let evicted) = pool.open(Self.upstream("initech")) else {
      Issue.record("no room")
      return
    }
    #expect(evicted === old)
    pool.closed(old, to: Self.globex)
    #expect(pool.count == 2)
  }

  @Test func withAllInUseThereIsNoRoom() {
    var pool = Pool(maximum: 1, maximumPerUpstream: 1)
    _ = pool.open(Self.acme)
    guard case .refuse = pool.open(Self.globex) else {
      Issue.record("not bounded")
      return
    }
    pool.failed(Self.acme)
    guard case .open = pool.open(Self.globex) else {
      Issue.record("the place was not given back")
      return
    }
  }

  @Test func thoseIdleForTooLongExpire() {
    var pool = Pool(maximum: 9, maximumPerUpstream: 9)
    let old = addIdle(&pool, to: Self.acme, at: 1)
    _ = addIdle(&pool, to: Self.globex, at: 9)
    let expired = pool.expire(idleSince: .uptimeNanoseconds(5))
    #expect(expired.map(ObjectIdentifier.init) == [ObjectIdentifier(old)])
    let reused = pool.reuse(Self.acme)
    #expect(reused == nil)
  }

  @Test func aConnectionThatHasExpiredIsNotKept() {
    var pool = Pool(maximum: 9, maximumPerUpstream: 9)
    let connection = Connection()
    _ = pool.open(Self.acme)
    let end = NIODeadline.uptimeNanoseconds(5)
    var isKept = pool.release(connection, to: Self.acme, expiresAt: end, now: end - .nanoseconds(1))
    #expect(isKept)
    let reused = pool.reuse(Self.acme)
    #expect(reused === connection)
    isKept = pool.release(connection, to: Self.acme, expiresAt: end, now: end)
    #expect(!isKept)
    let another = pool.reuse(Self.acme)
    #expect(another == nil)
    #expect(pool.count == 1)
    pool.closed(connection, to: Self.acme)
    #expect(pool.count == 0)
  }

  @Test func connectionsThatOpenTogetherDoNotExpireTogether() {
    var configuration = ForwardingConfiguration()
    configuration.maximumConnectionAge = .seconds(60)
    let ages = (1...100).map { _ in configuration.connectionAge() }
    #expect(ages.allSatisfy { (TimeAmount.seconds(54)...TimeAmount.seconds(66)).contains($0) })
    #expect(Set(ages).count > 1)
  }

  /// Even where an upstream may have no more, one that must not be used makes room.
  @Test func aNewConnectionTakesThePlaceOfAnIdleOne() {
    var pool = Pool(maximum: 9, maximumPerUpstream: 1)
    let old = addIdle(&pool, to: Self.acme, at: 1)
    guard case .open(let evicted) = pool.open(Self.acme) else {
      Issue.record("no room")
      return
    }
    #expect(evicted === old)
  }

  @Test func anUpstreamWithoutConnectionsIsForgotten() {
    var pool = Pool(maximum: 9, maximumPerUpstream: 9)
    let idle = addIdle(&pool, to: Self.acme, at: 1)
    _ = pool.open(Self.globex)
    #expect(pool.upstreams == 2)
    pool.failed(Self.globex)
    for connection in pool.expire(idleSince: .uptimeNanoseconds(5)) {
      #expect(connection === idle)
      pool.closed(connection, to: Self.acme)
    }
    #expect(pool.upstreams == 0)
    #expect(pool.count == 0)
  }

  @Test func thousandsOfUpstreamsStayWithinTheBound() {
    var pool = Pool(maximum: 100, maximumPerUpstream: 10)
    for index in 0..<5_000 {
      let upstream = Self.upstream("t\(index)")
      guard case .open(let evicted) = pool.open(upstream) else {
        Issue.record("no room")
        return
      }
      if let evicted { pool.closed(evicted, to: Self.upstream("t\(index - 100)")) }
      release(Connection(), to: upstream, at: Int64(index), &pool)
      #expect(pool.count <= 100)
      #expect(pool.upstreams <= 100)
    }
  }

  private static let obliging: ScriptedUpstream.Script = { connection in
    while try await !connection.read(until: "\r\n\r\n").isEmpty {
      try await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
    }
  }

  @Test func requestsShareAConnection() async throws {
    try await ForwardingGateway.run(before: Self.obliging) { gateway, upstream in
      try await RawConnection.open(port: gateway.port) { client in
        for _ in 1...5 {
          try await client.send("GET / HTTP/1.1\r\nHost: acme.finance.example\r\n\r\n")
          _ = try await client.read(until: "\r\n\r\nok")
        }
      }
      #expect(upstream.connections == 1)
    }
  }

  /// A Service gives a new pod new connections alone, however busy those that there are.
  @Test func aConnectionThatHasExpiredServesNoFurtherRequest() async throws {
    var configuration = ForwardingConfiguration.patient
    configuration.maximumConnectionAge = .zero
    try await ForwardingGateway.run(before: Self.obliging, configuration) { gateway, upstream in
      try await RawConnection.open(port: gateway.port) { client in
        for _ in 1...3 {
          try await client.send("GET / HTTP/1.1\r\nHost: acme.finance.example\r\n\r\n")
          _ = try await client.read(until: "\r\n\r\nok")
        }
      }
      #expect(upstream.connections == 3)
    }
  }

  @Test(arguments: ["HTTP/1.1 200 OK\r\nConnection: close\r\n", "HTTP/1.0 200 OK\r\n"])
  func aConnectionThatIsToEndIsNotUsedAgain(head: String) async throws {
    let script: ScriptedUpstream.Script = { connection in
      _ = try await connection.read(until: "\r\n\r\n")
      try await connection.send(head + "Content-Length: 2\r\n\r\nok")
      _ = try await connection.readToEnd()
    }
    try await ForwardingGateway.run(before: script) { gateway, upstream in
      for _ in 1...3 { _ = try await gateway.get() }
      #expect(upstream.connections == 3)
    }
  }

  @Test func beyondTheBoundARequestIsRefusedAtOnce() async throws {
    var configuration = ForwardingConfiguration()
    configuration.maximumConnectionsPerUpstream = 1
    let (started, release) = (Signal(), Signal())
    let script: ScriptedUpstream.Script = { connection in
      _ = try await connection.read(until: "\r\n\r\n")
      started.send()
      await release.wait()
      try await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
    }
    try await ForwardingGateway.run(before: script, configuration) { gateway, _ in
      try await RawConnection.open(port: gateway.port) { first in
        try await first.send("GET / HTTP/1.1\r\nHost: acme.finance.example\r\n\r\n")
        await started.wait()
        // Each event loop has a place: the requests of one after the other come by all of them.
        try await withThrowingTaskGroup(of: String.self) { group in
          for _ in 1...16 { group.addTask { try await gateway.get() } }
          let answer = try #require(await group.next())
          #expect(answer.contains("/problems/upstream-busy"), "\(answer)")
          for _ in 1...17 { release.send() }
          try await group.waitForAll()
        }
      }
    }
  }
}
