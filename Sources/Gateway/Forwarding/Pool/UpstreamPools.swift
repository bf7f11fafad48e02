import NIOCore
import NIOPosix
import ServiceLifecycle

/// A pool for each event loop. As a service, it closes what is idle on graceful shutdown.
struct UpstreamPools: Service {
  private let pools: [ObjectIdentifier: UpstreamPool]
  /// For who has no event loop of its own.
  let first: UpstreamPool

  init(configuration: ForwardingConfiguration, connector: UpstreamConnector) {
    let eventLoops = Array(MultiThreadedEventLoopGroup.singleton.makeIterator())
    let pools = eventLoops.map {
      UpstreamPool(
        $0, configuration: configuration, share: eventLoops.count, connector: connector)
    }
    self.pools = Dictionary(
      uniqueKeysWithValues: zip(eventLoops.map { ObjectIdentifier($0) }, pools))
    first = pools[0]
  }

  func pool(of eventLoop: any EventLoop) -> UpstreamPool {
    pools[ObjectIdentifier(eventLoop)] ?? first
  }

  func run() async throws {
    try await gracefulShutdown()
    shutDown()
  }

  /// Closes what is idle, now and as it becomes so.
  func shutDown() {
    for pool in pools.values { pool.shutDown() }
  }
}
