import NIOCore
import NIOHTTP1
import NIOPosix
import ServiceLifecycle

/// The connections to upstreams of one event loop. Requests use those of their own loop, so that
/// forwarding one wakes no other thread.
///
/// All state is touched on that event loop only, which makes it safe to be sent.
final class UpstreamPool: @unchecked Sendable {
  private let eventLoop: any EventLoop
  let configuration: ForwardingConfiguration
  private let connector: UpstreamConnector
  private var machine: UpstreamPoolStateMachine<UpstreamConnection>
  private var connections: [ObjectIdentifier: UpstreamConnection] = [:]
  private var sweep: RepeatedTask?
  private var isShutDown = false

  /// - Parameter share: How many event loops share the connections that may be open.
  init(
    _ eventLoop: any EventLoop, configuration: ForwardingConfiguration, share: Int,
    connector: UpstreamConnector
  ) {
    self.eventLoop = eventLoop
    self.configuration = configuration
    self.connector = connector
    // Of one upstream all may be on one event loop: all streams of an HTTP/2 connection are.
    let maximum = max(1, configuration.maximumConnections / share)
    machine = UpstreamPoolStateMachine(
      maximum: maximum,
      maximumPerUpstream: min(maximum, configuration.maximumConnectionsPerUpstream))
  }

  /// Begins a request on a connection of its own.
  ///
  /// - Parameter isNew: Whether that must be none that has been used.
  /// - Throws: ``UpstreamError``.
  func begin(
    _ request: ForwardedRequest, to upstream: Upstream, isNew: Bool
  ) async throws -> UpstreamExchange {
    // As a rule there is nothing to wait for: the caller is on the event loop.
    if !isNew, eventLoop.inEventLoop, !isShutDown, let connection = idle(to: upstream) {
      return UpstreamExchange(request, on: connection)
    }
    return try await withCheckedThrowingContinuation { continuation in
      onEventLoop { self.begin(request, to: upstream, isNew: isNew, continuation) }
    }
  }

  /// One that is about to close is passed by; it counts until it has.
  private func idle(to upstream: Upstream) -> UpstreamConnection? {
    while let connection = machine.reuse(upstream) {
      if connection.isIdle { return connection }
    }
    return nil
  }

  private func begin(
    _ request: ForwardedRequest, to upstream: Upstream, isNew: Bool,
    _ continuation: CheckedContinuation<UpstreamExchange, any Error>
  ) {
    guard !isShutDown else { return continuation.resume(throwing: UpstreamError.unreachable) }
    if !isNew, let connection = idle(to: upstream) {
      return continuation.resume(returning: .init(request, on: connection))
    }
    switch machine.open(upstream) {
    case .refuse: continuation.resume(throwing: UpstreamError.busy)
    case .open(let evicted):
      evicted?.close()
      connector.connect(to: upstream, on: eventLoop, for: self).assumeIsolated()
        .whenComplete { result in
          switch result {
          case .success(let connection):
            self.add(connection)
            continuation.resume(returning: .init(request, on: connection))
          case .failure(let error):
            self.machine.failed(upstream)
            continuation.resume(throwing: error)
          }
        }
    }
  }

  /// Closes what is idle, now and as it becomes so.
  func shutDown() {
    onEventLoop {
      self.isShutDown = true
      for connection in self.machine.drain() { connection.close() }
    }
  }

  // MARK: Connections

  /// A connection can serve another request, if it is to.
  func release(_ connection: UpstreamConnection) {
    guard !isShutDown,
      machine.release(
        connection, to: connection.upstream, expiresAt: connection.expiresAt, now: .now())
    else { return connection.close() }
  }

  /// A connection has ended.
  func closed(_ connection: UpstreamConnection) {
    guard connections.removeValue(forKey: ObjectIdentifier(connection)) != nil else { return }
    machine.closed(connection, to: connection.upstream)
    guard connections.isEmpty else { return }
    sweep?.cancel()
    sweep = nil
  }

  private func add(_ connection: UpstreamConnection) {
    connections[ObjectIdentifier(connection)] = connection
    guard sweep == nil else { return }
    sweep = eventLoop.scheduleRepeatedTask(
      initialDelay: configuration.tick, delay: configuration.tick
    ) { _ in self.tick() }
  }

  private func tick() {
    let now = NIODeadline.now()
    for connection in connections.values { connection.check(configuration, now: now) }
    for connection in machine.expire(idleSince: now - configuration.keepAlive) {
      connection.close()
    }
  }

  private func onEventLoop(_ body: @escaping @Sendable () -> Void) {
    eventLoop.inEventLoop ? body() : eventLoop.execute(body)
  }
}

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
