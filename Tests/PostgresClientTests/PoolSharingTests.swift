import Testing

@testable import PostgresClient

/// How pools share what all may have together.
struct PoolSharingTests: PoolTests {
  let start = ContinuousClock.now

  @Test func anIdleConnectionOfAnotherPoolMakesRoom() {
    var (machine, _, ids) = warm(2)
    let other = machine.addPool()
    let asked = machine.request(1, pool: other, scope: "x", now: start)
    #expect(asked.closes == [ids[0]])
    #expect(asked.opens.count == 1)
    #expect(machine.total == 2)
  }

  @Test func aPoolWithConnectionsTakesNoneThatOnlyPausesElsewhere() throws {
    var (machine, _, _) = warm(4)
    let other = machine.addPool()
    func open(_ actions: Machine.Actions, at time: ContinuousClock.Instant) throws {
      try #require(actions.closes.count == 1 && actions.opens.count == 1)
      _ = machine.opened(actions.opens[0].connection, now: time)
    }
    try open(machine.request(1, pool: other, scope: "x", now: start), at: start)
    _ = machine.request(2, pool: other, scope: "y", now: start)
    let soon = start + .milliseconds(50)
    try open(machine.tick(now: soon), at: soon)
    // It has half of its share: now one after a second, and the last one after five.
    #expect(machine.request(3, pool: other, scope: "z", now: soon).closes == [])
    #expect(machine.tick(now: start + .milliseconds(999)).closes == [])
    try open(machine.tick(now: start + .seconds(1)), at: start + .seconds(1))
    let late = start + .milliseconds(4999)
    #expect(machine.request(4, pool: other, scope: "w", now: late).closes == [])
    #expect(machine.tick(now: start + .seconds(5)).closes.count == 1)
  }

  @Test func aPoolWithoutConnectionsTakesTheNextOneThatComesFree() {
    var (machine, pool, ids) = warm(1)
    let other = machine.addPool()
    _ = machine.request(1, pool: pool, scope: "a", now: start)
    _ = machine.request(2, pool: pool, scope: "a", now: start)
    _ = machine.request(3, pool: other, scope: "x", now: start)
    let released = machine.released(ids[0], now: start)
    #expect(released.grant == nil)
    #expect(released.closes == ids)
    #expect(released.opens.map(\.pool) == [other])
  }

  @Test func aPoolThatHasLessThanItsShareSoonTakesFromOneThatHasMore() {
    var (machine, pool, ids) = warm(4)
    let other = machine.addPool()
    for request in 1...8 {
      _ = machine.request(request, pool: pool, scope: "flood\(request)", now: start)
    }
    _ = machine.request(20, pool: other, scope: "x", now: start)
    let first = machine.released(ids[0], now: start).opens
    #expect(first.map(\.pool) == [other])
    #expect(machine.opened(first[0].connection, now: start).grant?.request == 20)
    _ = machine.request(21, pool: other, scope: "y", now: start)
    _ = machine.request(22, pool: other, scope: "z", now: start)
    #expect(machine.released(ids[1], now: start + .milliseconds(49)).closes == [])
    let second = machine.released(ids[2], now: start + .milliseconds(50))
    #expect(second.closes == [ids[2]] && second.opens.map(\.pool) == [other])
    // By now each has its half.
    let granted = machine.opened(second.opens[0].connection, now: start + .milliseconds(50)).grant
    #expect(granted?.request == 21)
    #expect(machine.released(ids[1], now: start + .milliseconds(999)).closes == [])
  }

  @Test func roomGoesToThePoolThatHasTheFewest() {
    var (machine, first, ids) = warm(4)
    let (second, third) = (machine.addPool(), machine.addPool())
    for request in 1...8 {
      _ = machine.request(request, pool: first, scope: "a\(request)", now: start)
    }
    for request in 11...18 {
      _ = machine.request(request, pool: second, scope: "b\(request)", now: start)
    }
    let opens = machine.released(ids[0], now: start).opens
    #expect(opens.map(\.pool) == [second])
    _ = machine.opened(opens[0].connection, now: start)
    _ = machine.request(21, pool: third, scope: "c", now: start)
    #expect(machine.released(ids[1], now: start).opens.map(\.pool) == [third])
  }

  @Test func aPoolThatHasLittleTakesWhatOnlyPausesElsewhere() {
    var (machine, _, _) = warm(4)
    let other = machine.addPool()
    let asked = machine.request(1, pool: other, scope: "x", now: start)
    _ = machine.opened(asked.opens[0].connection, now: start)
    #expect(machine.request(2, pool: other, scope: "y", now: start).closes == [])
    #expect(machine.tick(now: start + .milliseconds(49)).closes == [])
    #expect(machine.tick(now: start + .milliseconds(50)).closes.count == 1)
  }

  @Test func whatIsGivenUpIsWhatHasBeenIdleLongest() {
    var (machine, pool, ids) = warm(4)
    for request in 1...4 {
      _ = machine.request(request, pool: pool, scope: "a\(request)", now: start)
    }
    let other = machine.addPool()
    for id in ids.dropLast() { _ = machine.released(id, now: start) }
    _ = machine.request(5, pool: other, scope: "x", now: start)
    #expect(machine.released(ids[3], now: start).closes == [])
    #expect(machine.total == 4)
  }

  @Test func aLostConnectionOfAScopeAtItsBoundIsReplacedByAnIdleOne() {
    var (machine, pool, _) = warm(3, perScope: 1)
    let granted = machine.request(1, pool: pool, scope: "a", now: start).grant
    _ = machine.request(2, pool: pool, scope: "a", now: start)
    let lost = granted.map { machine.lost($0.connection, now: start) }
    #expect(lost?.grant?.request == 2)
    #expect(lost?.opens.isEmpty == true)
  }

  @Test func aScopeThatHasAllItMayHaveTakesNoConnectionsFromOtherPools() {
    var (machine, pool, ids) = warm(2, perScope: 1)
    let other = machine.addPool()
    let asked = machine.request(1, pool: other, scope: "x", now: start)
    #expect(machine.opened(asked.opens[0].connection, now: start).grant?.request == 1)
    _ = machine.request(2, pool: other, scope: "x", now: start)
    #expect(machine.request(3, pool: pool, scope: "a", now: start).grant?.connection == ids[1])
    let later = start + .milliseconds(1500)
    #expect(machine.released(ids[1], now: later).closes == [])
  }

  @Test func aServerThatHangsLeavesConnectionsForTheOthers() {
    var machine = machine(connections: 8)
    let hanging = machine.addPool(server: 0)
    let other = machine.addPool(server: 1)
    let opens = (0..<20).flatMap {
      machine.request($0, pool: hanging, scope: "h\($0)", now: start).opens
    }
    #expect(opens.count == 6)
    for open in opens.dropFirst(3) { _ = machine.opened(open.connection, now: start) }
    #expect(machine.request(21, pool: other, scope: "a", now: start).opens.count == 1)
    #expect(machine.request(22, pool: other, scope: "b", now: start).opens.count == 1)
    #expect(machine.tick(now: start + .seconds(1)).opens.isEmpty)
    #expect(machine.total == 8)
  }

  /// A server with all that it may have of eight connections, in one pool, beside another server.
  private func fullServer(idle: Bool) -> (Machine, other: PoolID, [ConnectionID]) {
    var machine = machine(connections: 8)
    let first = machine.addPool(server: 0)
    _ = machine.addPool(server: 1)
    let other = machine.addPool(server: 0)
    let ids = (0..<6).flatMap {
      machine.request($0, pool: first, scope: "f\($0)", now: start).opens.map(\.connection)
    }
    for id in ids { _ = machine.opened(id, now: start) }
    if idle { for id in ids { _ = machine.released(id, now: start) } }
    return (machine, other, ids)
  }

  @Test func anIdleConnectionMakesRoomOnAServerThatHasAllItMay() {
    var (machine, other, ids) = fullServer(idle: true)
    let asked = machine.request(10, pool: other, scope: "x", now: start)
    #expect(asked.closes == [ids[0]])
    #expect(asked.opens.map(\.pool) == [other])
    #expect(machine.total == 6)
  }

  @Test func aReleasedConnectionMakesRoomOnAServerThatHasAllItMay() {
    var (machine, other, ids) = fullServer(idle: false)
    #expect(machine.request(10, pool: other, scope: "x", now: start).opens.isEmpty)
    let released = machine.released(ids[3], now: start)
    #expect(released.closes == [ids[3]])
    #expect(released.opens.map(\.pool) == [other])
    #expect(machine.total == 6)
  }
}
