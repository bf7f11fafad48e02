@testable import PostgresClient

/// Tests of the pool's state machine, with a clock that stands still at `start`.
protocol PoolTests {
  var start: ContinuousClock.Instant { get }
}

extension PoolTests {
  typealias Machine = PoolStateMachine<Int>

  func machine(
    connections: Int = 2, perScope: Int? = nil, waiters: Int = 8, scopes: Int = 100
  ) -> Machine {
    var configuration = PostgresClientConfiguration()
    configuration.maximumConnections = connections
    configuration.maximumConnectionsPerScope = perScope ?? connections
    configuration.maximumWaitersPerScope = waiters
    configuration.queueTimeout = .seconds(2)
    configuration.maximumConnectionAge = .seconds(100)
    configuration.maximumScopesPerConnection = scopes
    return Machine(configuration: configuration)
  }

  /// A machine with one pool whose connections are all open and idle.
  func warm(_ count: Int, perScope: Int? = nil, scopes: Int = 100) -> (
    Machine, PoolID, [ConnectionID]
  ) {
    var machine = machine(connections: count, perScope: perScope, scopes: scopes)
    let pool = machine.addPool()
    var ids: [ConnectionID] = []
    for request in 0..<count {
      let actions = machine.request(-request - 1, pool: pool, scope: "w\(request)", now: start)
      ids += actions.opens.map(\.connection)
    }
    for id in ids { _ = machine.opened(id, now: start) }
    for id in ids { _ = machine.released(id, now: start) }
    return (machine, pool, ids)
  }
}
