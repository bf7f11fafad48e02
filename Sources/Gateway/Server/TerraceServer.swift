import AdminAPI
import FinanceAPI
import HTTPSupport
import Logging
import NIOPosix
import PostgresClient
import ServiceLifecycle
import TenantRegistry
import UnixSignals

/// A whole serving process: its listeners, its registry snapshot, its database client.
struct TerraceServer: Sendable {
  private let configuration: ProcessConfiguration
  private let metrics: PrometheusMetrics
  private let log: LogWriter
  private let logger: Logger
  private let client: PostgresClient
  /// For the admin's operations, whose statements may take longer than a request.
  private let longStatements: PostgresClient?
  private let directory: TenantDirectory?
  private let readiness: Readiness
  private let tls: ServerTLS
  private let forwarder: Forwarder?
  private let drain = Drain()

  /// - Parameters:
  ///   - metrics: What `/metrics` shows.
  ///   - log: Where the access log goes; whoever made it flushes it at the end.
  /// - Throws: ``ConfigurationError`` if the scope's logins are not there.
  init(
    _ configuration: ProcessConfiguration, metrics: PrometheusMetrics, log: LogWriter,
    logger: Logger
  ) throws {
    self.configuration = configuration
    self.metrics = metrics
    self.log = log
    self.logger = logger
    // Where all requests are on one event loop, results need not be read by another thread.
    let eventLoops = Array(MultiThreadedEventLoopGroup.singleton.makeIterator())
    client = PostgresClient(
      configuration: configuration.client, eventLoop: eventLoops.count == 1 ? eventLoops[0] : nil,
      logger: logger)
    longStatements = configuration.owner.map { _ in
      PostgresClient(
        configuration: configuration.client.forMigrations(parallel: FleetMigration.parallel),
        logger: logger)
    }
    guard let login = configuration.reader ?? configuration.tenant?.login ?? configuration.owner
    else { throw ConfigurationError(.readerPassword, "is not set") }
    directory = Self.directory(configuration, client, logger)
    tls = try ServerTLS(configuration.server, metrics: metrics, logger: logger)
    forwarder = Forwarder(
      configuration.server.forwarding, tls: tls.upstream, metrics: metrics)
    readiness = Readiness(
      database: DatabaseGuard(
        client, login, roles: configuration.roles, connections: configuration.databaseConnections,
        logger: logger),
      directory: directory,
      nodes: Self.nodes(configuration, directory, client, metrics, logger), drain: drain)
  }

  private static func nodes(
    _ configuration: ProcessConfiguration, _ directory: TenantDirectory?, _ client: PostgresClient,
    _ metrics: PrometheusMetrics, _ logger: Logger
  ) -> NodeWatch? {
    guard let directory, configuration.tenant == nil else { return nil }
    return NodeWatch(
      directory, client: client, roles: configuration.roles,
      connections: configuration.databaseConnections,
      interval: configuration.directory.pollInterval * 5, metrics: metrics, logger: logger)
  }

  private static func directory(
    _ configuration: ProcessConfiguration, _ client: PostgresClient, _ logger: Logger
  ) -> TenantDirectory? {
    if let credentials = configuration.tenant {
      return TenantDirectory(
        client: client, credentials: credentials, configuration: configuration.directory,
        logger: logger)
    }
    guard let reader = configuration.reader, let masterKeys = configuration.masterKeys else {
      return nil
    }
    return TenantDirectory(
      client: client, login: reader, masterKeys: masterKeys,
      configuration: configuration.directory, logger: logger)
  }

  /// Serves until a signal comes, the task is cancelled, or `shutdown` is asked for; then drains.
  ///
  /// - Parameters:
  ///   - signals: What begins a graceful shutdown.
  ///   - onReady: Is called once, when every listener is bound and the registry is loaded.
  /// - Throws: ``ListenerError``; ``DatabaseGuard/Unfit``; ``MigrationError``.
  func run(
    signals: [UnixSignal] = [.sigterm, .sigint],
    onReady: @escaping @Sendable (ServerPorts) async -> Void = { _ in }
  ) async throws {
    OpenFiles.raiseLimit()
      .check(maximumConnections: configuration.server.maximumConnections, logger)
    // A service that fails takes the others down in order, so that requests under way finish.
    var group = ServiceGroupConfiguration(
      services: services(onReady: onReady).map {
        .init(service: $0, failureTerminationBehavior: .gracefullyShutdownGroup)
      }, gracefulShutdownSignals: signals, logger: logger)
    group.maximumGracefulShutdownDuration =
      configuration.server.drainDelay + configuration.server.drainTimeout
    do {
      try await ServiceGroup(configuration: group).run()
    } catch is CancellationError where drain.hasBegun {
      logger.warning("requests were cut off: they did not finish within the drain timeout")
    }
  }

  /// In the order of their start; they stop in the reverse order.
  private func services(
    onReady: @escaping @Sendable (ServerPorts) async -> Void
  ) -> [any Service] {
    let hasPublic = directory != nil
    let hasAdmin = configuration.owner != nil
    let ports = BoundPorts(count: 1 + (hasPublic ? 1 : 0) + (hasAdmin ? 1 : 0))
    let services: [(any Service)?] = [
      opsListener(ports), client, readiness.database, checkedDirectory, readiness.nodes, reconciler,
      longStatements, operationRunner, forwarder?.pools, upstreamTrials,
      adminListener(ports),
      publicListener(ports),
      Lifecycle(
        ports: ports, readiness: readiness, drain: drain,
        drainDelay: configuration.server.drainDelay, onReady: onReady),
    ]
    return tls.services + services.compactMap(\.self)
  }

  /// A tenant's own process takes its lease only when it can serve: the tenant is moved to it then.
  private var checkedDirectory: (any Service)? {
    guard let directory, configuration.tenant != nil else { return directory }
    return AfterDatabaseCheck(database: readiness.database, service: directory)
  }

  // MARK: Listeners

  private func publicListener(_ ports: BoundPorts) -> (any Service)? {
    let server = configuration.server
    guard let directory else { return nil }
    let gateway = TenantGateway(
      resolver: TenantResolver(
        baseDomains: Set(server.baseDomains.map(\.text)),
        pathHosts: Set(server.pathHosts.map(\.text))),
      trustedProxies: server.trustedProxies, directory: directory, readiness: readiness,
      finance: finance,
      forwarding: configuration.tenant == nil ? forwarding : nil,
      stranger: configuration.tenant == nil ? .unknownTenant : .misdirected, metrics: metrics)
    var listener = listenerConfiguration("public", server.publicListener)
    listener.tls = tls.public
    listener.isTrusted = { [proxies = server.trustedProxies] address in
      guard let address = address.ipAddress.flatMap(IPAddress.init) else { return false }
      return proxies.contains { $0.contains(address) }
    }
    return self.listener(listener, gateway, interval: server.accessLog.interval) { port in
      ports.add { $0.public = port }
    }
  }

  private var forwarding: TenantForwarding {
    TenantForwarding(
      forwarder: forwarder, addresses: configuration.server.forwarding.addresses,
      urls: configuration.urls)
  }

  private var upstreamTrials: (any Service)? {
    guard let directory, configuration.tenant == nil,
      let baseDomain = configuration.server.baseDomains.first
    else { return nil }
    return AfterDatabaseCheck(
      database: readiness.database,
      service: UpstreamTrials(
        directory: directory, forwarding: forwarding, baseDomain: baseDomain.text,
        interval: configuration.directory.pollInterval, logger: logger))
  }

  private var administration: TenantAdministration? {
    guard let owner = configuration.owner, let masterKeys = configuration.masterKeys else {
      return nil
    }
    return TenantAdministration(
      owner: client.database(owner), masterKeys: masterKeys,
      tenantMigrations: FinanceMigrations.all, roles: configuration.roles,
      drain: configuration.moveDrain, logger: logger)
  }

  private var reconciler: (any Service)? {
    guard let owner = configuration.owner, let administration else { return nil }
    let database = client.database(owner)
    let migrator = TenantMigrator(
      owner: database, migrations: FinanceMigrations.all, logger: logger)
    return AfterDatabaseCheck(
      database: readiness.database,
      service: Reconciler(
        [
          .provisioning(administration), .migrations(migrator),
          .credentials(administration.deployments),
          .transactionLimit(owner: database, logger: logger),
        ], logger: logger))
  }

  private var operationRunner: (any Service)? {
    guard let owner = configuration.owner, let administration, let longStatements else {
      return nil
    }
    let database = client.database(owner)
    let migrator = TenantMigrator(
      owner: longStatements.database(owner), migrations: FinanceMigrations.all, logger: logger)
    return AfterDatabaseCheck(
      database: readiness.database,
      service: OperationRunner(
        owner: database,
        handlers: [
          FleetMigration(registry: database, migrator: migrator),
          DeploymentMove(administration.deployments),
        ], logger: logger))
  }

  private func adminListener(_ ports: BoundPorts) -> (any Service)? {
    guard let owner = configuration.owner, let token = configuration.adminToken,
      let administration
    else { return nil }
    let gateway = AdminGateway(
      hosts: configuration.server.adminHosts,
      routes: AdminRoutes(
        administration: administration,
        nodes: NodeAdministration(owner: client.database(owner), roles: configuration.roles),
        operations: TenantOperations(owner: client.database(owner)),
        urls: configuration.urls, tokens: [token]),
      manifests: ManifestRoutes(
        administration: administration, configuration: configuration.manifests))
    var listener = listenerConfiguration("admin", configuration.server.adminListener)
    listener.tls = tls.admin
    return self.listener(listener, gateway, interval: 1) { port in ports.add { $0.admin = port } }
  }

  private func opsListener(_ ports: BoundPorts) -> any Service {
    let gauges = GatewayMetrics(directory: directory, factory: metrics)
    let health = HealthRoutes(
      metrics: metrics,
      refresh: { [forwarder] in
        gauges.refresh()
        forwarder?.refreshMetrics()
      }, degradations: readiness.degradations, obstacles: readiness.obstacles)
    return listener(
      listenerConfiguration("ops", configuration.server.opsListener),
      RouterHandler(health.router()), interval: 0
    ) { port in ports.add { $0.ops = port } }
  }

  private var finance: FinanceEnvironment {
    FinanceEnvironment(
      passwordCost: configuration.passwordCost, concurrentHashes: configuration.passwordHashes,
      metrics: metrics)
  }

  private func listenerConfiguration(
    _ name: String, _ address: ServerConfiguration.Listener
  ) -> ListenerConfiguration {
    var listener = ListenerConfiguration(name: name, host: address.host, port: address.port)
    listener.idleTimeout = configuration.server.idleTimeout
    listener.requestTimeout = configuration.server.requestTimeout
    listener.maximumConnections = OpenFiles.raiseLimit()
      .connections(atMost: configuration.server.maximumConnections)
    listener.maximumConnectionsPerPeer = configuration.server.maximumConnectionsPerPeer
    return listener
  }

  private func listener(
    _ listener: ListenerConfiguration, _ handler: some RequestHandler, interval: Int,
    onListening: @escaping @Sendable (Int?) -> Void
  ) -> any Service {
    let observer = RequestObserver(
      metrics: RequestMetrics(listener: listener.name, factory: metrics),
      log: AccessLog(listener: listener.name, writer: log, interval: interval))
    return HTTPListener(
      configuration: listener, handler: handler, observer: observer, drain: drain, logger: logger,
      onListening: { onListening($0.port) })
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
