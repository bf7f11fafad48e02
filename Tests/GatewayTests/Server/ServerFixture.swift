import AdminAPI
import EmbeddedPostgres
import Finance
import HTTPSupport
import Logging
import PostgresClient
import ServiceLifecycle
import TenantRegistry

@testable import Gateway

/// A prepared database on a Postgres of the test's own, and servers that run on it.
struct ServerFixture: Sendable {
  static let adminToken = "0123456789abcdef0123456789abcdef"
  static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

  let postgres: EmbeddedPostgres
  let masterKeys: MasterKeys

  /// Runs `body` with a Postgres whose database is bootstrapped and, unless it says otherwise,
  /// migrated.
  static func run(
    bootstrapped: Bool = true, migrated: Bool = true,
    _ body: @Sendable (ServerFixture) async throws -> Void
  ) async throws {
    try await withTemporaryPostgres { postgres in
      let fixture = ServerFixture(
        postgres: postgres, masterKeys: MasterKeys(shared: .random(), dedicated: .random()))
      if bootstrapped { try await fixture.prepare(migrated: migrated) }
      try await body(fixture)
    }
  }

  private func prepare(migrated: Bool) async throws {
    let client = PostgresClient(logger: Self.logger)
    defer { client.close() }
    try await DatabaseBootstrap(
      database: "terrace", ownerPassword: Secret(Array("owner".utf8)),
      readerPassword: Secret(Array("reader".utf8))
    ).apply(client: client, superuser: login(postgres.superuser))
    guard migrated else { return }
    try await RegistryMigrator(
      database: client.database(login("terrace_owner", "owner")),
      tenantMigrations: FinanceMigrations.all
    ).migrate()
  }

  func login(_ user: String, _ password: String? = nil) -> PostgresLogin {
    PostgresLogin(
      host: postgres.socketDirectory, port: postgres.port, database: "terrace", user: user,
      password: password, sslMode: "disable")
  }

  var configuration: ProcessConfiguration {
    var server = ServerConfiguration()
    server.publicListener.port = 0
    server.adminListener.port = 0
    server.opsListener.port = 0
    server.accessLog = .off
    var configuration = ProcessConfiguration(
      server: server, client: PostgresClientConfiguration(),
      reader: login("terrace_reader", "reader"), owner: login("terrace_owner", "owner"),
      masterKeys: masterKeys, adminToken: AdminToken(Self.adminToken))
    configuration.passwordCost = ScryptParameters(cost: 16, blockSize: 8, parallelism: 1)
    configuration.directory.pollInterval = .milliseconds(100)
    return configuration
  }

  /// Runs a server for as long as `body` lasts, and returns when it has ended in good order.
  func serve(
    _ configuration: ProcessConfiguration? = nil, log: LogWriter = LogWriter(descriptor: -1),
    logger: Logger = Self.logger, _ body: @Sendable (RunningServer) async throws -> Void
  ) async throws {
    let server = try TerraceServer(
      configuration ?? self.configuration, metrics: PrometheusMetrics(), log: log,
      logger: logger)
    let (ready, readiness) = AsyncStream.makeStream(of: ServerPorts.self)
    let group = ServiceGroup(
      services: [Running(server: server) { readiness.yield($0) }], logger: Self.logger)
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask {
        defer { readiness.finish() }
        try await group.run()
      }
      for await ports in ready {
        try await body(
          RunningServer(
            ports: ports, adminToken: Self.adminToken,
            shutDown: { await group.triggerGracefulShutdown() }))
        break
      }
      await group.triggerGracefulShutdown()
      try await tasks.waitForAll()
    }
  }

  private struct Running: Service {
    let server: TerraceServer
    let onReady: @Sendable (ServerPorts) -> Void

    func run() async throws {
      try await server.run(signals: []) { onReady($0) }
    }
  }
}
