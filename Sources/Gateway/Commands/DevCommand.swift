import AdminAPI
import ArgumentParser
import EmbeddedPostgres
import Logging
import PostgresClient
import TenantRegistry

struct DevCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dev",
    abstract: "Run everything on this machine, with a Postgres of its own and two demo tenants.",
    discussion: """
      It keeps data and secrets in .terrace from one start to the next. Remove the folder to begin \
      anew. Other machines cannot reach it.

      PORT, ADMIN_PORT and OPS_PORT set where it listens, TERRACE_HOME where data lies, and \
      TERRACE_POSTGRES_BIN which PostgreSQL runs. It also reads the keys of `terrace serve` that are \
      no secrets and do not name the database.
      """)

  func run() async throws {
    let source = try ConfigurationSource()
    let server = try DevelopmentPorts().apply(to: ServerConfiguration(mode: .dev, source))
    let home = try DevelopmentHome.open()
    let secrets = try home.secrets()
    let observability = try Observability(source, level: .notice)
    defer { observability.log.flush() }
    let postgres = try await start(home)
    do {
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          let reason = try await postgres.unexpectedEnd()
          throw CommandFailure("Postgres has ended while it was in use: \(reason)")
        }
        defer { group.cancelAll() }
        group.addTask {
          try await serve(server, source, home, secrets, on: postgres, observability)
        }
        try await group.next()
      }
    } catch {
      await postgres.stop()
      throw error
    }
    await postgres.stop()
  }

  private func start(_ home: DevelopmentHome) async throws -> EmbeddedPostgres {
    do throws(EmbeddedPostgresError) {
      return try await EmbeddedPostgres.start(
        dataDirectory: home.dataDirectory, socketDirectory: home.socketDirectory,
        logger: Logger(label: "postgres"))
    } catch {
      guard error.code == .inUse else { throw error }
      throw CommandFailure(
        "another terrace dev uses \(home.path): end it, or set TERRACE_HOME to another folder")
    }
  }

  private func serve(
    _ server: ServerConfiguration, _ source: ConfigurationSource, _ home: DevelopmentHome,
    _ secrets: DevelopmentSecrets, on postgres: EmbeddedPostgres, _ observability: Observability
  ) async throws {
    let database = DatabaseConfiguration(
      host: postgres.socketDirectory, port: postgres.port, name: DatabaseConfiguration.defaultName)
    let reader = database.reader(password: secrets.readerPassword)
    let owner = database.owner(password: secrets.ownerPassword)
    let setup = DevelopmentSetup(
      secrets: secrets, superuser: database.login(postgres.superuser, password: nil), owner: owner,
      reader: reader)
    try await setup.prepareDatabase()
    if !home.hasDemo {
      try await setup.recordDemo()
      try home.markDemoRecorded()
    }
    let configuration = ProcessConfiguration(
      server: server, client: try PostgresClientConfiguration(source), reader: reader,
      owner: owner, masterKeys: secrets.masterKeys, adminToken: AdminToken(secrets.adminToken))
    // A terminal that is closed sends SIGHUP.
    try await observability.server(configuration).run(signals: [.sigterm, .sigint, .sighup]) {
      do {
        try printOutput(DevelopmentBanner(ports: $0, server: server, home: home))
      } catch {
        printError("terrace: \(error)")
      }
    }
  }
}
