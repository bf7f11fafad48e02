import TestSupport

@testable import PostgresClient

/// A world around the pool's state machine: it does what the machine says, at random times, and
/// notes what must never happen.
struct PoolModel {
  private(set) var machine: PoolStateMachine<Int>
  private var now: ContinuousClock.Instant
  private let pools: [PoolID]
  private var opening: Set<ConnectionID> = []
  private var held: [ConnectionID: Int] = [:]
  private var scopes: [Int: (pool: PoolID, scope: String)] = [:]
  private var lastRequest = 0
  private(set) var unanswered: Set<Int> = []
  private(set) var violations: [String] = []

  init(machine: PoolStateMachine<Int>, now: ContinuousClock.Instant) {
    var machine = machine
    pools = (0..<3).map { machine.addPool(server: $0 / 2) }
    self.machine = machine
    self.now = now
  }

  mutating func step(_ random: inout SeededGenerator) {
    now += .milliseconds(Int.random(in: 0...40, using: &random))
    switch Int.random(in: 0..<13, using: &random) {
    case 0..<5:
      lastRequest += 1
      let pool = pools.randomElement(using: &random)!  // There are three.
      let scope = "\(pool.index)-\(Int.random(in: 0..<4, using: &random))"
      scopes[lastRequest] = (pool, scope)
      unanswered.insert(lastRequest)
      apply(machine.request(lastRequest, pool: pool, scope: scope, now: now))
    case 5..<8:
      guard let id = held.keys.sorted(by: { $0.index < $1.index }).randomElement(using: &random)
      else { return }
      held[id] = nil
      apply(machine.released(id, now: now))
    case 8, 9:
      guard let id = opening.min(by: { $0.index < $1.index }) else { return }
      opening.remove(id)
      let fails = Int.random(in: 0..<5, using: &random) == 0
      apply(fails ? machine.openFailed(id, now: now) : machine.opened(id, now: now))
    case 10:
      if let request = unanswered.min(), let place = scopes[request],
        machine.cancel(request, pool: place.pool, scope: place.scope)
      {
        unanswered.remove(request)
      }
    case 11:
      guard let id = held.keys.min(by: { $0.index < $1.index }) else { return }
      apply(machine.foundUnfit(id, now: now))
    default:
      apply(machine.tick(now: now))
    }
  }

  /// Lets time pass until every request has its answer.
  mutating func drain() {
    for id in Array(held.keys) {
      held[id] = nil
      apply(machine.lost(id, now: now))
    }
    now += .seconds(10)
    apply(machine.tick(now: now))
  }

  private mutating func apply(_ actions: PoolStateMachine<Int>.Actions) {
    if let (request, id) = actions.grant {
      if held[id] != nil { violations.append("\(id) is granted twice") }
      if unanswered.remove(request) == nil { violations.append("\(request) is answered twice") }
      held[id] = request
      let scope = scopes[request]?.scope
      if held.values.count(where: { scopes[$0]?.scope == scope }) > 2 {
        violations.append("a scope holds more than its bound")
      }
    }
    for (request, _) in actions.failures where unanswered.remove(request) == nil {
      violations.append("\(request) is answered twice")
    }
    for id in actions.closes where held[id] != nil || opening.contains(id) {
      violations.append("\(id) is closed while it is in use")
    }
    opening.formUnion(actions.opens.map(\.connection))
    if machine.total > 4 { violations.append("more connections than the bound") }
  }
}
