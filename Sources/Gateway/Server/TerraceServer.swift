import HTTPServer
import HTTPSupport
import Logging
import ServiceLifecycle
import UnixSignals

/// A whole serving process. All that runs in it is named here, in its order; what it is made of is
/// in ``ServerParts``, what listens in ``ServerListeners``, and what works beside requests in
/// ``ServerJobs``.
struct TerraceServer: Sendable {
  private let parts: ServerParts
  private let metrics: PrometheusMetrics
  private let log: LogWriter

  /// - Parameters:
  ///   - metrics: What `/metrics` shows.
  ///   - log: Where the access log goes; whoever made it flushes it at the end.
  /// - Throws: ``ConfigurationError`` if the mode's logins are not there.
  init(
    _ configuration: ProcessConfiguration, metrics: PrometheusMetrics, log: LogWriter,
    logger: Logger
  ) throws {
    parts = try ServerParts(configuration, metrics: metrics, logger: logger)
    self.metrics = metrics
    self.log = log
  }

  /// Serves until a signal comes, the task is cancelled, or `shutdown` is asked for; then drains.
  ///
  /// - Parameters:
  ///   - signals: What begins a graceful shutdown.
  ///   - onReady: Is called once, when every listener is bound and the registry is loaded.
  /// - Throws: ``ListenerError``; ``StartupCheckError``; ``MigrationError``.
  func run(
    signals: [UnixSignal] = [.sigterm, .sigint],
    onReady: @escaping @Sendable (ServerPorts) async -> Void = { _ in }
  ) async throws {
    let server = parts.configuration.server
    OpenFiles.raiseLimit().check(maximumConnections: server.maximumConnections, parts.logger)
    // A service that fails takes the others down in order, so that requests under way finish.
    var group = ServiceGroupConfiguration(
      services: services(onReady: onReady).map {
        .init(service: $0, failureTerminationBehavior: .gracefullyShutdownGroup)
      }, gracefulShutdownSignals: signals, logger: parts.logger)
    group.maximumGracefulShutdownDuration = server.drainDelay + server.drainTimeout
    do {
      try await ServiceGroup(configuration: group).run()
    } catch is CancellationError where parts.drain.hasBegun {
      parts.logger.warning("requests were cut off: they did not finish within the drain timeout")
    }
  }

  /// In the order of their start; they stop in the reverse order.
  private func services(
    onReady: @escaping @Sendable (ServerPorts) async -> Void
  ) -> [any Service] {
    let listeners = ServerListeners(parts, metrics: metrics, log: log)
    let jobs = ServerJobs(parts: parts)
    let services: [(any Service)?] = [
      listeners.ops,
      parts.client,
      parts.longStatements,
      parts.readiness.database,
      jobs.directory,
      parts.readiness.nodes,
      jobs.reconciler,
      jobs.operations,
      parts.forwarder?.pools,
      jobs.upstreamProbes,
      listeners.admin,
      listeners.public,
      ShutdownCoordinator(
        ports: listeners.ports, readiness: parts.readiness, drain: parts.drain,
        drainDelay: parts.configuration.server.drainDelay, onReady: onReady),
    ]
    return parts.tls.services + services.compactMap(\.self)
  }
}
