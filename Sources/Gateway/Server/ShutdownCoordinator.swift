import HTTPServer
import ServiceLifecycle
import Synchronization

/// Says when the server is ready, and leads it out: on graceful shutdown it turns not ready, gives
/// load balancers time to notice, and only then lets the listeners close. It belongs after them in
/// the service group, which stops its services in reverse order.
struct ShutdownCoordinator: Service {
  let ports: BoundPorts
  let readiness: Readiness
  let drain: Drain
  let drainDelay: Duration
  let onReady: @Sendable (ServerPorts) async -> Void

  func run() async throws {
    await cancelWhenGracefulShutdown { await announce() }
    try await gracefulShutdown()
    drain.begin()
    try await Task.sleep(for: drainDelay)
  }

  private func announce() async {
    guard let ports = await ports.all() else { return }
    await readiness.wait()
    guard !Task.isCancelled else { return }
    await onReady(ports)
  }
}

/// The ports that a server's listeners were bound to.
struct ServerPorts: Sendable, Equatable {
  /// Nil where the mode has no such listener.
  var `public`: Int?
  /// Nil where the mode has no such listener.
  var admin: Int?
  var ops: Int?
}

/// Gathers the ports of the listeners as they are bound.
final class BoundPorts: Sendable {
  private let ports = Mutex(ServerPorts())
  private let count: Int
  private let bound = AsyncStream.makeStream(of: Void.self)

  /// - Parameter count: How many listeners there are.
  init(count: Int) {
    self.count = count
  }

  /// A listener is bound; `note` writes down its port.
  func add(_ note: (inout ServerPorts) -> Void) {
    ports.withLock { note(&$0) }
    bound.continuation.yield()
  }

  /// All the ports, once they are bound; nil if the task is cancelled before.
  func all() async -> ServerPorts? {
    var iterator = bound.stream.makeAsyncIterator()
    for _ in 0..<count {
      guard await iterator.next() != nil else { return nil }
    }
    return ports.withLock { $0 }
  }
}
