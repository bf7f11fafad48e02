import CoreMetrics
import HTTPServer
import Logging
import NIOPosix
import PostgresClient
import TenantRegistry

/// What the services of a process share, made of its configuration. What the mode has no use for is
/// nil.
struct ServerParts: Sendable {
  let configuration: ProcessConfiguration
  let logger: Logger
  let client: PostgresClient
  /// For the admin's operations, whose statements may take longer than a request.
  let longStatements: PostgresClient?
  let directory: TenantDirectory?
  let administration: TenantAdministration?
  let readiness: Readiness
  let tls: ServerTLS
  let forwarder: Forwarder?
  let drain = Drain()

  /// - Throws: ``ConfigurationError`` if the mode's logins are not there.
  init(
    _ configuration: ProcessConfiguration, metrics: any MetricsFactory, logger: Logger
  ) throws {
    self.configuration = configuration
    self.logger = logger
    // Where all requests are on one event loop, results need not be read by another thread.
    let eventLoops = Array(MultiThreadedEventLoopGroup.singleton.makeIterator())
    client = PostgresClient(
      configuration: configuration.client, eventLoop: eventLoops.count == 1 ? eventLoops[0] : nil,
      logger: logger)
    longStatements = configuration.owner.map { _ in
      var long = configuration.client.forMigrations(parallel: FleetMigration.parallel)
      long.metricsLabel = "operations"
      return PostgresClient(configuration: long, logger: logger)
    }
    guard let login = configuration.reader ?? configuration.tenant?.login ?? configuration.owner
    else { throw ConfigurationError(.readerPassword, "is not set") }
    directory = Self.directory(configuration, client, logger)
    administration = Self.administration(configuration, client, logger)
    tls = try ServerTLS(configuration.server, metrics: metrics, logger: logger)
    forwarder = Forwarder(configuration.server.forwarding, tls: tls.upstream, metrics: metrics)
    readiness = Readiness(
      database: StartupCheck(
        client, login, roles: configuration.roles, connections: configuration.databaseConnections,
        logger: logger),
      directory: directory, nodes: Self.nodes(configuration, directory, client, metrics, logger),
      drain: drain)
  }

  /// Whether the process serves one tenant alone.
  var isDedicated: Bool { configuration.tenant != nil }

  /// The registry's database as its owner.
  var owner: PostgresDatabase? { configuration.owner.map { client.database($0) } }

  var forwarding: TenantForwarding {
    TenantForwarding(
      forwarder: forwarder, addresses: configuration.server.forwarding.addresses,
      urls: configuration.urls)
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

  private static func administration(
    _ configuration: ProcessConfiguration, _ client: PostgresClient, _ logger: Logger
  ) -> TenantAdministration? {
    guard let owner = configuration.owner, let masterKeys = configuration.masterKeys else {
      return nil
    }
    return TenantAdministration(
      owner: client.database(owner), masterKeys: masterKeys,
      tenantMigrations: TenantModules.migrations,
      ownerInvitations: TenantModules.ownerInvitations, roles: configuration.roles,
      drain: configuration.moveDrain, logger: logger)
  }

  private static func nodes(
    _ configuration: ProcessConfiguration, _ directory: TenantDirectory?, _ client: PostgresClient,
    _ metrics: any MetricsFactory, _ logger: Logger
  ) -> NodeWatch? {
    guard let directory, configuration.tenant == nil else { return nil }
    return NodeWatch(
      directory, client: client, roles: configuration.roles,
      connections: configuration.databaseConnections,
      interval: configuration.directory.pollInterval * 5, metrics: metrics, logger: logger)
  }
}
