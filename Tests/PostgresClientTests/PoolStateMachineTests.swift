import TestSupport
import Testing

@testable import PostgresClient

struct PoolStateMachineTests: PoolTests {
  let start = ContinuousClock.now

  @Test func aFirstRequestOpensAConnectionAndIsGrantedIt() {
    var machine = machine()
    let pool = machine.addPool()
    let asked = machine.request(1, pool: pool, scope: "a", now: start)
    #expect(asked.grant == nil)
    #expect(asked.opens.count == 1)
    let opened = machine.opened(asked.opens[0].connection, now: start)
    #expect(opened.grant?.request == 1)
  }

  @Test func aScopesOwnLimitsCountForItAlone() {
    var (machine, pool, ids) = warm(3)
    machine.setLimits(ScopeLimits(connections: 1, waiters: 1), of: "a", pool: pool)
    #expect(machine.request(1, pool: pool, scope: "a", now: start).grant != nil)
    #expect(machine.request(2, pool: pool, scope: "a", now: start).grant == nil)
    let refused = machine.request(3, pool: pool, scope: "a", now: start)
    #expect(refused.failures.map(\.code) == [.queueFull])
    #expect(machine.request(4, pool: pool, scope: "b", now: start).grant != nil)
    #expect(machine.request(5, pool: pool, scope: "b", now: start).grant != nil)
    // Only when its own is done does the next of "a" have its turn.
    #expect(machine.released(ids[1], now: start).grant == nil)
    #expect(machine.released(ids[2], now: start).grant?.request == 2)
    machine.setLimits(nil, of: "a", pool: pool)
    #expect(machine.request(6, pool: pool, scope: "a", now: start).grant != nil)
  }

  @Test func aScopeWithoutLimitsTakesNoMemoryUntilItIsUsed() {
    var (machine, pool, _) = warm(1)
    let used = machine.pools[pool.index].scopes.count
    for scope in 0..<1000 { machine.setLimits(nil, of: "\(scope)", pool: pool) }
    #expect(machine.cancel(1, pool: pool, scope: "1") == false)
    #expect(machine.pools[pool.index].scopes.count == used)
  }

  @Test func aScopeThatMayHaveMoreGetsWhatIsIdle() {
    var (machine, pool, _) = warm(3)
    machine.setLimits(ScopeLimits(connections: 1), of: "a", pool: pool)
    for request in 1...4 { _ = machine.request(request, pool: pool, scope: "a", now: start) }
    #expect(machine.tick(now: start).grant == nil)
    machine.setLimits(ScopeLimits(connections: 3), of: "a", pool: pool)
    let granted = (0..<3).map { _ in machine.tick(now: start).grant?.request }
    #expect(granted == [2, 3, nil])
  }

  @Test func theConnectionUsedLastIsGrantedFirst() {
    var (machine, pool, ids) = warm(2)
    #expect(machine.request(1, pool: pool, scope: "a", now: start).grant?.connection == ids[1])
    _ = machine.released(ids[1], now: start)
    #expect(machine.request(2, pool: pool, scope: "a", now: start).grant?.connection == ids[1])
  }

  @Test func whatIsUnfitIsReplacedWithAllOthersOfItsPoolAndNotAgainAtOnce() {
    var (machine, pool, ids) = warm(3)
    let other = machine.addPool()
    let granted = machine.request(1, pool: pool, scope: "a", now: start).grant?.connection
    #expect(granted == ids[2])
    let actions = machine.foundUnfit(ids[2], now: start)
    #expect(Set(actions.closes) == Set(ids.prefix(2)))
    #expect(machine.pools[other.index].having == 0)
    #expect(machine.released(ids[2], now: start).closes == [ids[2]])
    // The one that takes its place is as unfit.
    let opens = machine.request(2, pool: pool, scope: "a", now: start).opens
    let next = opens[0].connection
    #expect(machine.opened(next, now: start).grant?.connection == next)
    #expect(machine.foundUnfit(next, now: start + .milliseconds(49)).closes.isEmpty)
    #expect(machine.released(next, now: start + .milliseconds(49)).closes.isEmpty)
    #expect(machine.foundUnfit(next, now: start + .milliseconds(50)).closes == [next])
  }

  @Test func thePauseBetweenReplacementsGrowsToTwoSecondsAndBeginsAnewAfterAWhile() {
    var (machine, pool, ids) = warm(1)
    var (now, pauses, id) = (start, [Duration](), ids[0])
    for _ in 0..<8 {
      _ = machine.foundUnfit(id, now: now)
      let until = machine.pools[pool.index].keepsUntil ?? now
      pauses.append(now.duration(to: until))
      now = until
      id = machine.request(1, pool: pool, scope: "a", now: now).opens[0].connection
      _ = machine.opened(id, now: now)
      _ = machine.released(id, now: now)
    }
    #expect(pauses[...3] == [50, 100, 200, 400].map { .milliseconds($0) }[...])
    #expect(pauses[6...] == [.seconds(2), .seconds(2)])
    now += .seconds(11)
    _ = machine.foundUnfit(id, now: now)
    #expect(machine.pools[pool.index].keepsUntil == now + .milliseconds(50))
  }

  @Test func noMoreConnectionsOpenThanTheBound() {
    var machine = machine(connections: 2)
    let pool = machine.addPool()
    let opens = (1...6).flatMap {
      machine.request($0, pool: pool, scope: "a", now: start).opens
    }
    #expect(opens.count == 2)
  }

  @Test func scopesTakeTurnsHoweverLongOneQueues() {
    var (machine, pool, ids) = warm(1)
    #expect(machine.request(0, pool: pool, scope: "flood", now: start).grant != nil)
    for request in 1...5 { _ = machine.request(request, pool: pool, scope: "flood", now: start) }
    _ = machine.request(10, pool: pool, scope: "quiet", now: start)
    _ = machine.request(20, pool: pool, scope: "calm", now: start)
    let order = (0..<5).compactMap { _ in machine.released(ids[0], now: start).grant?.request }
    #expect(order == [1, 10, 20, 2, 3])
  }

  @Test func aConnectionGoesOnWithAScopeThatItServedLast() {
    var (machine, pool, ids) = warm(2)
    #expect(machine.request(1, pool: pool, scope: "w0", now: start).grant?.connection == ids[0])
    #expect(machine.request(2, pool: pool, scope: "w1", now: start).grant?.connection == ids[1])
    for (request, scope) in [(3, "new"), (4, "w0"), (5, "w1")] {
      _ = machine.request(request, pool: pool, scope: scope, now: start)
    }
    let order = [ids[1], ids[1], ids[0]].compactMap {
      machine.released($0, now: start).grant?.request
    }
    #expect(order == [5, 3, 4])
  }

  @Test func nobodyIsPassedOverForLong() {
    var (machine, pool, ids) = warm(2)
    _ = machine.request(0, pool: pool, scope: "w1", now: start)
    _ = machine.request(1, pool: pool, scope: "w0", now: start)
    _ = machine.request(10, pool: pool, scope: "quiet", now: start)
    let later = start + .milliseconds(5)
    _ = machine.request(2, pool: pool, scope: "w1", now: later)
    #expect(machine.released(ids[1], now: later).grant?.request == 10)
  }

  @Test func nobodyIsPassedOverTwiceByTheSameScope() {
    var (machine, pool, ids) = warm(2)
    _ = machine.request(0, pool: pool, scope: "w1", now: start)
    _ = machine.request(1, pool: pool, scope: "w0", now: start)
    _ = machine.request(10, pool: pool, scope: "quiet", now: start)
    for request in 2...4 { _ = machine.request(request, pool: pool, scope: "w1", now: start) }
    let order = (0..<4).compactMap { _ in machine.released(ids[1], now: start).grant?.request }
    #expect(order == [2, 10, 3, 4])
  }

  @Test func aScopeAtItsBoundLeavesTheRestToOthers() {
    var (machine, pool, ids) = warm(2, perScope: 1)
    #expect(machine.request(1, pool: pool, scope: "a", now: start).grant != nil)
    #expect(machine.request(2, pool: pool, scope: "a", now: start).grant == nil)
    #expect(machine.request(3, pool: pool, scope: "b", now: start).grant != nil)
    let freed = machine.released(ids[1], now: start)
    #expect(freed.grant?.request == 2)
  }

  @Test func aScopeWithTooManyWaitingIsRefusedAtOnceAndOthersAreNot() {
    var machine = machine(connections: 1, waiters: 2)
    let pool = machine.addPool()
    for request in 1...2 { _ = machine.request(request, pool: pool, scope: "a", now: start) }
    let refused = machine.request(3, pool: pool, scope: "a", now: start)
    #expect(refused.failures.map(\.code) == [.queueFull])
    #expect(machine.request(4, pool: pool, scope: "b", now: start).failures.isEmpty)
  }

  @Test func aRequestThatWaitedTooLongFails() {
    var (machine, pool, _) = warm(1)
    _ = machine.request(0, pool: pool, scope: "a", now: start)
    _ = machine.request(1, pool: pool, scope: "a", now: start)
    _ = machine.request(2, pool: pool, scope: "b", now: start + .seconds(1))
    #expect(machine.tick(now: start + .milliseconds(1999)).failures.isEmpty)
    let expired = machine.tick(now: start + .seconds(2))
    #expect(expired.failures.map(\.request) == [1])
    #expect(expired.failures.map(\.code) == [.queueTimeout])
    #expect(machine.tick(now: start + .seconds(3)).failures.map(\.request) == [2])
  }

  @Test func aServerThatDoesNotAnswerIsNoLongQueue() {
    var machine = machine(connections: 1)
    let pool = machine.addPool()
    #expect(machine.request(1, pool: pool, scope: "a", now: start).opens.count == 1)
    let expired = machine.tick(now: start + .seconds(2))
    #expect(expired.failures.map(\.code) == [.connectFailed])
  }

  @Test func aCancelledRequestLeavesTheQueueAndAGrantedOneDoesNot() {
    var (machine, pool, ids) = warm(1)
    _ = machine.request(1, pool: pool, scope: "a", now: start)
    _ = machine.request(2, pool: pool, scope: "a", now: start)
    let wasWaiting = [2, 1].map { machine.cancel($0, pool: pool, scope: "a") }
    #expect(wasWaiting == [true, false])
    #expect(machine.released(ids[0], now: start).grant == nil)
  }

  @Test func aConnectionIsReplacedWhenItIsOldOrHasServedManyScopes() {
    var (machine, pool, ids) = warm(1, scopes: 2)
    for scope in ["a", "b"] {
      #expect(machine.request(1, pool: pool, scope: scope, now: start).grant != nil)
      let released = machine.released(ids[0], now: start)
      #expect(released.closes == (scope == "b" ? ids : []))
    }
    let (old, _, oldIDs) = warm(1)
    machine = old
    #expect(machine.tick(now: start + .seconds(80)).closes.isEmpty)
    #expect(machine.tick(now: start + .seconds(111)).closes == oldIDs)
  }

  @Test func attemptsBackOffAndRequestsFailAtOnceWhenTheServerStaysAway() {
    var machine = machine(connections: 1)
    let pool = machine.addPool()
    var opens = machine.request(1, pool: pool, scope: "a", now: start).opens
    #expect(machine.openFailed(opens[0].connection, now: start).failures.isEmpty)
    #expect(machine.tick(now: start + .milliseconds(49)).opens.isEmpty)
    opens = machine.tick(now: start + .milliseconds(50)).opens
    #expect(opens.count == 1)
    _ = machine.openFailed(opens[0].connection, now: start + .milliseconds(50))
    #expect(machine.tick(now: start + .milliseconds(149)).opens.isEmpty)
    #expect(machine.tick(now: start + .milliseconds(150)).opens.count == 1)
    let expired = machine.tick(now: start + .seconds(2))
    #expect(expired.failures.map(\.code) == [.connectFailed])
  }

  @Test func aServerLongAwayRefusesAtOnceUntilTheNextAttempt() {
    var machine = machine(connections: 1)
    let pool = machine.addPool()
    var now = start
    for request in 0..<12 {
      let asked = machine.request(request, pool: pool, scope: "a", now: now)
      let opens = asked.opens + machine.tick(now: now).opens
      for open in opens { _ = machine.openFailed(open.connection, now: now) }
      now += .milliseconds(500)
    }
    let refused = machine.request(99, pool: pool, scope: "a", now: now)
    #expect(refused.failures.map(\.code) == [.connectFailed] || !refused.opens.isEmpty)
    let later = machine.request(100, pool: pool, scope: "b", now: now + .seconds(2))
    let attempt = refused.opens + later.opens
    #expect(attempt.count == 1)
    let back = machine.opened(attempt[0].connection, now: now + .seconds(2))
    #expect(back.grant != nil)
  }

  @Test func aLostConnectionIsReplacedForThoseWhoWait() {
    var (machine, pool, ids) = warm(1)
    _ = machine.request(1, pool: pool, scope: "a", now: start)
    _ = machine.request(2, pool: pool, scope: "a", now: start)
    let lost = machine.lost(ids[0], now: start)
    #expect(lost.opens.count == 1)
    #expect(machine.opened(lost.opens[0].connection, now: start).grant?.request == 2)
    #expect(machine.released(ids[0], now: start).closes == ids)
  }

  @Test func shutdownFailsWhatWaitsAndClosesWhatIsIdle() {
    var (machine, pool, ids) = warm(2)
    _ = machine.request(1, pool: pool, scope: "a", now: start)
    let down = machine.shutdown()
    #expect(down.closes == [ids[0]])
    #expect(
      machine.request(2, pool: pool, scope: "a", now: start).failures.map(\.code) == [.shutdown])
    #expect(machine.released(ids[1], now: start).closes == [ids[1]])
    #expect(machine.total == 0)
  }

  /// Drives the machine with random events and checks what must hold after each.
  @Test(arguments: [1, 2, 3] as [UInt64])
  func aRandomHistoryNeverBreaksABound(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var model = PoolModel(machine: machine(connections: 4, perScope: 2, waiters: 6), now: start)
    for _ in 0..<20_000 { model.step(&random) }
    model.drain()
    #expect(model.violations == [])
    #expect(model.unanswered.isEmpty)
  }
}
