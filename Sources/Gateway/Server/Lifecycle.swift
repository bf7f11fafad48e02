import HTTPServer
import HTTPSupport
import ServiceLifecycle

/// Says when the server is ready, and leads it out: on graceful shutdown it turns not ready, gives
/// load balancers time to notice, and only then lets the listeners close. It belongs after them in
/// the service group, which stops its services in reverse order.
struct Lifecycle: Service {
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
    while !readiness.obstacles().isEmpty {
      guard (try? await Task.sleep(for: .milliseconds(10))) != nil else { return }
    }
    await onReady(ports)
  }
}
