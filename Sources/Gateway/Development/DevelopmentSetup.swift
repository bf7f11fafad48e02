import Finance
import Logging
import PostgresClient
import ServiceLifecycle
import TenantRegistry

/// Makes a developer's database ready to serve: what an operator does with `terrace bootstrap`,
/// `terrace migrate` and `terrace tenant create`, and the demo data. It can be run again and again.
struct DevelopmentSetup: Sendable {
  let secrets: DevelopmentSecrets
  let superuser: PostgresLogin
  let owner: PostgresLogin
  let reader: PostgresLogin

  /// Prepares the database and brings every schema up to date.
  func prepareDatabase() async throws {
    try await withPostgresClient(PostgresClientConfiguration().forMigrations(parallel: 4)) {
      client in
      try await DatabaseBootstrap(
        database: superuser.database, ownerPassword: Secret(Array(secrets.ownerPassword.utf8)),
        readerPassword: Secret(Array(secrets.readerPassword.utf8))
      ).apply(client: client, superuser: superuser)
      let report = try await SchemaMigration(owner: client.database(owner)).run().tenants
      for (slug, reason) in report.failed {
        throw CommandFailure("the tenant \(slug) cannot be migrated: \(reason)")
      }
    }
  }

  /// Registers the demo tenants and records the demo session in each.
  func recordDemo() async throws {
    let logger = Logger(label: "setup")
    let client = PostgresClient(configuration: .init(), logger: logger)
    let directory = TenantDirectory(
      client: client, login: reader, masterKeys: secrets.masterKeys,
      configuration: .init(name: "setup"), logger: logger)
    let administration = TenantAdministration(
      owner: client.database(owner), masterKeys: secrets.masterKeys,
      tenantMigrations: TenantModules.migrations, logger: logger)
    let recording = DemoRecording(administration: administration, directory: directory)
    try await ServiceGroup(
      configuration: .init(
        services: [
          .init(service: client), .init(service: directory),
          .init(service: recording, successTerminationBehavior: .gracefullyShutdownGroup),
        ], logger: logger)
    ).run()
  }
}

/// Registers the demo tenants and records the demo session in each, through the code that serves
/// an admin's and a user's requests; then it is done.
struct DemoRecording: Service {
  static let tenants = [(slug: "acme", name: "Acme"), (slug: "globex", name: "Globex")]

  let administration: TenantAdministration
  /// Must be running.
  let directory: TenantDirectory

  func run() async throws {
    let environment = FinanceEnvironment()
    for (slug, name) in Self.tenants {
      _ = try await administration.register(
        TenantRegistration(slug: slug, displayName: name), actor: "dev")
      let record = try await record(of: slug)
      try await DemoSession.record(
        in: environment, tenant: record.tenant, database: record.database)
    }
  }

  private func record(of slug: String) async throws -> TenantRecord {
    while true {
      if let record = directory.tenant(slug: slug) { return record }
      try await Task.sleep(for: .milliseconds(10))
    }
  }
}
