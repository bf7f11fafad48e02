import HTTPServer
import HTTPSupport
import Logging
import ServiceLifecycle

/// Runs a listener on a free port for as long as a test lasts.
package enum TestListener {
  package struct Running: Sendable {
    package let port: Int
    package let drain: Drain
    package let metrics: PrometheusMetrics
    package let shutDown: @Sendable () async -> Void
  }

  package static let configuration = ListenerConfiguration(name: "test", host: "127.0.0.1", port: 0)

  package static func run<Handler: RequestHandler>(
    _ handler: Handler, log: AccessLog? = nil,
    configuration: ListenerConfiguration = TestListener.configuration,
    _ test: @Sendable (Running) async throws -> Void
  ) async throws {
    let (drain, metrics) = (Drain(), PrometheusMetrics())
    let (ports, port) = AsyncStream.makeStream(of: Int.self)
    let listener = HTTPListener(
      configuration: configuration, handler: handler,
      observer: RequestRecorder(
        metrics: RequestMetrics(
          listener: "test",
          labels: LabelCounters(
            name: "terrace_tenant_requests_total", label: "tenant", factory: metrics),
          factory: metrics),
        log: log ?? AccessLog(listener: "test", writer: LogWriter(), interval: 0)),
      drain: drain, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
      onListening: { port.yield($0.port ?? 0) })
    let group = ServiceGroup(
      configuration: .init(services: [listener], logger: Logger(label: "test")))
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask {
        defer { port.finish() }
        try await group.run()
      }
      for await port in ports {
        try await test(
          Running(
            port: port, drain: drain, metrics: metrics,
            shutDown: { await group.triggerGracefulShutdown() }))
        break
      }
      await group.triggerGracefulShutdown()
      try await tasks.waitForAll()
    }
  }
}
