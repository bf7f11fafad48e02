import AdminAPI
import Glibc
import HTTPServer
import HTTPSupport
import Logging
import ServiceLifecycle
import TenantRegistry

/// The listeners of a process. What the mode has no use for is nil.
struct ServerListeners {
  /// Where the listeners are once they are bound.
  let ports: BoundPorts
  private let parts: ServerParts
  private let metrics: PrometheusMetrics
  private let log: LogWriter

  init(_ parts: ServerParts, metrics: PrometheusMetrics, log: LogWriter) {
    self.parts = parts
    self.metrics = metrics
    self.log = log
    let isThere = [parts.directory != nil, parts.administration != nil, true]
    ports = BoundPorts(count: isThere.count(where: \.self))
  }

  private var server: ServerConfiguration { parts.configuration.server }

  var `public`: (any Service)? {
    guard let directory = parts.directory else { return nil }
    let gateway = TenantGateway(
      resolver: TenantResolver(
        baseDomains: Set(server.baseDomains.map(\.text)),
        pathHosts: Set(server.pathHosts.map(\.text))),
      trustedProxies: server.trustedProxies, directory: directory, readiness: parts.readiness,
      modules: TenantModules.make(parts.configuration, metrics: metrics),
      forwarding: parts.isDedicated ? nil : parts.forwarding,
      unknownHost: parts.isDedicated ? .misdirected : .unknownTenant, metrics: metrics)
    var configuration = configuration("public", server.publicListener)
    configuration.tls = parts.tls.public
    configuration.isTrusted = { [proxies = server.trustedProxies] address in
      guard let address = address.ipAddress.flatMap(IPAddress.init) else { return false }
      return proxies.contains { $0.contains(address) }
    }
    return listener(configuration, gateway, interval: server.accessLog.interval) { $0.public = $1 }
  }

  var admin: (any Service)? {
    guard let owner = parts.owner, let token = parts.configuration.adminToken,
      let administration = parts.administration
    else { return nil }
    let gateway = AdminGateway(
      hosts: server.adminHosts,
      routes: AdminRoutes(
        administration: administration,
        nodes: DatabaseServerAdministration(owner: owner, roles: parts.configuration.roles),
        operations: TenantOperations(owner: owner), urls: parts.configuration.urls,
        tokens: [token]),
      manifests: ManifestRoutes(
        administration: administration, configuration: parts.configuration.manifests))
    var configuration = configuration("admin", server.adminListener)
    configuration.tls = parts.tls.admin
    return listener(configuration, gateway, interval: 1) { $0.admin = $1 }
  }

  var ops: any Service {
    let gauges = GatewayMetrics(directory: parts.directory, factory: metrics)
    let health = HealthRoutes(
      metrics: metrics,
      refresh: { [forwarder = parts.forwarder] in
        gauges.refresh()
        forwarder?.refreshMetrics()
      }, degradations: parts.readiness.degradations, findings: parts.readiness.findings)
    return listener(
      configuration("ops", server.opsListener), RouterHandler(health.router()), interval: 0
    ) { $0.ops = $1 }
  }

  private func configuration(
    _ name: String, _ address: ServerConfiguration.Listener
  ) -> ListenerConfiguration {
    var listener = ListenerConfiguration(name: name, host: address.host, port: address.port)
    listener.idleTimeout = server.idleTimeout
    listener.requestTimeout = server.requestTimeout
    listener.maximumConnections = OpenFiles.raiseLimit()
      .connections(atMost: server.maximumConnections)
    listener.maximumConnectionsPerPeer = server.maximumConnectionsPerPeer
    return listener
  }

  /// - Parameters:
  ///   - interval: One line of the access log for so many requests.
  ///   - note: Writes down the port that was bound.
  private func listener(
    _ configuration: ListenerConfiguration, _ handler: some RequestHandler, interval: Int,
    note: @escaping @Sendable (inout ServerPorts, Int?) -> Void
  ) -> any Service {
    let tenants = LabelCounters(
      name: "terrace_tenant_requests_total", label: "tenant", factory: metrics)
    let recorder = RequestRecorder(
      metrics: RequestMetrics(listener: configuration.name, labels: tenants, factory: metrics),
      log: AccessLog(
        listener: configuration.name, label: "tenant", writer: log, interval: interval))
    return HTTPListener(
      configuration: configuration, handler: handler, observer: recorder, drain: parts.drain,
      logger: parts.logger,
      onListening: { [ports] address in ports.add { note(&$0, address.port) } })
  }
}

extension ServerConfiguration.AccessLog {
  /// One line for so many requests.
  fileprivate var interval: Int {
    switch self {
    case .off: 0
    case .sampled(let every): every
    case .all: 1
    }
  }
}

/// How many files a process may have open at once. Each connection is one.
struct OpenFiles: Sendable {
  /// What the process is limited to.
  let limit: Int

  /// Raises the limit as far as the process may by itself: to the hard limit. Most are started with
  /// a soft one of 1024, for the sake of programs that cannot handle more.
  static func raiseLimit() -> OpenFiles {
    // The kind is an enumeration in C, which these calls take as an integer.
    let kind = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    var limits = rlimit()
    // Neither fails for a limit that there is, and within the hard one.
    guard getrlimit(kind, &limits) == 0 else { return OpenFiles(limit: .max) }
    var raised = limits
    raised.rlim_cur = limits.rlim_max
    let isRaised = setrlimit(kind, &raised) == 0
    return OpenFiles(limit: Int(clamping: isRaised ? raised.rlim_cur : limits.rlim_cur))
  }

  /// How many connections a listener may have: a quarter of the files is left to everything else. A
  /// listener that ran out of files could not even accept a connection to make room for it.
  func connections(atMost maximum: Int) -> Int {
    min(maximum, max(1, limit - limit / 4))
  }

  /// Warns if they are too few for the connections that a listener may have.
  func check(maximumConnections: Int, _ logger: Logger) {
    guard connections(atMost: maximumConnections) < maximumConnections else { return }
    logger.warning(
      "the process may open fewer files than it may have connections: raise its limit (ulimit -n)",
      metadata: ["files": "\(limit)", "connections": "\(maximumConnections)"])
  }
}
