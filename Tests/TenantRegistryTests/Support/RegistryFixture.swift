import EmbeddedPostgres
import Logging
import PostgresClient
import Tenancy

@testable import TenantRegistry

/// A server of the test's own with a bootstrapped database, and the logins that work on it.
struct RegistryFixture: Sendable {
  let server: EmbeddedPostgres
  let client: PostgresClient
  let superuserLogin: PostgresLogin
  let ownerLogin: PostgresLogin
  let readerLogin: PostgresLogin
  let masterKeys: MasterKeys

  static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

  static let migrations = [
    Migration(
      number: 1, name: "first",
      statements: [
        """
        create table item (
          id bigint generated always as identity primary key, name text not null)
        """,
        "create index item_name_idx on item (name)",
      ])
  ]

  var superuser: PostgresDatabase { client.database(superuserLogin) }
  var owner: PostgresDatabase { client.database(ownerLogin) }
  var reader: PostgresDatabase { client.database(readerLogin) }

  var provisioner: Provisioner {
    Provisioner(
      store: ProvisioningStore(database: owner), masterKeys: masterKeys,
      migrations: Self.migrations)
  }

  var administration: TenantAdministration {
    TenantAdministration(owner: owner, provisioner: provisioner, logger: Self.logger)
  }

  func bootstrap() -> DatabaseBootstrap {
    DatabaseBootstrap(
      database: ownerLogin.database, ownerPassword: Secret(Array("owner".utf8)),
      readerPassword: Secret(Array("reader".utf8)))
  }

  func directory(name: String = "gateway", _ masterKeys: MasterKeys? = nil) -> TenantDirectory {
    TenantDirectory(
      client: client, login: readerLogin, masterKeys: masterKeys ?? self.masterKeys,
      configuration: TenantDirectoryConfiguration(name: name), logger: Self.logger)
  }

  @discardableResult
  func register(
    _ slug: String, isolation: TenantRecord.Isolation = .shared
  ) async throws -> TenantSummary {
    let registration = try TenantRegistration(
      slug: slug, displayName: slug, isolation: isolation)
    return try await administration.register(registration, actor: "test").tenant
  }

  /// A login of the database with the password that is derived for it.
  func cellLogin(_ cell: Int = 1) throws -> PostgresLogin {
    let password = LoginPassword.cell(cell, version: 1, masterKeys)
    return ownerLogin.with(
      user: Cell.login(cell), password: password.map { String(decoding: $0.bytes, as: UTF8.self) })
  }

  func tenantLogin(_ tenant: TenantSummary) -> PostgresLogin {
    let password = LoginPassword.tenant(tenant.tenant.id, version: 1, masterKeys)
    return ownerLogin.with(
      user: "terrace_" + tenant.role,
      password: password.map { String(decoding: $0.bytes, as: UTF8.self) })
  }
}

/// Runs `body` on a fresh server whose database is bootstrapped and, unless it says otherwise,
/// migrated.
func withRegistry<R: Sendable>(
  migrated: Bool = true, _ body: @Sendable (RegistryFixture) async throws -> R
) async throws -> R {
  try await withTemporaryPostgres { server in
    var configuration = PostgresClientConfiguration()
    configuration.maximumConnections = 16
    let client = PostgresClient(configuration: configuration, logger: RegistryFixture.logger)
    defer { client.close() }
    let login = PostgresLogin(
      host: server.socketDirectory, port: server.port, database: "terrace",
      user: server.superuser, sslMode: "disable")
    let fixture = RegistryFixture(
      server: server, client: client, superuserLogin: login,
      ownerLogin: login.with(user: "terrace_owner", password: "owner"),
      readerLogin: login.with(user: "terrace_reader", password: "reader"),
      masterKeys: MasterKeys(shared: .random(), dedicated: .random()))
    try await fixture.bootstrap().apply(client: client, superuser: login)
    if migrated {
      try await RegistryMigrator(
        database: fixture.owner, tenantMigrations: RegistryFixture.migrations
      ).migrate()
    }
    return try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await client.run() }
      defer { group.cancelAll() }
      return try await body(fixture)
    }
  }
}
