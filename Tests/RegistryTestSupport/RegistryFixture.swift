import EmbeddedPostgres
import Logging
import PostgresClient
import Tenancy
import TenantRegistry
import Testing

/// A server of the test's own with a bootstrapped database, and the logins that work on it.
package struct RegistryFixture: Sendable {
  package let server: EmbeddedPostgres
  package let client: PostgresClient
  package let superuserLogin: PostgresLogin
  package let ownerLogin: PostgresLogin
  package let readerLogin: PostgresLogin
  package let roles: DatabaseRoles
  package let masterKeys = MasterKeys(shared: .random(), dedicated: .random())

  package static let logger = {
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    return logger
  }()

  package static let migrations: Migrations = [
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

  /// A history with migrations that do not fit into a transaction. The backfill fails where a name is
  /// empty.
  package static let stepwise: Migrations =
    migrations + [
      Migration(
        number: 2, name: "length",
        statements: [
          "alter table item add column length integer",
          "alter table item add column runs integer not null default 0",
        ]),
      Migration(
        number: 3, name: "lengths", form: .batches(size: 900, table: "item", key: "id"),
        statements: [
          """
          update item set length = length(name) / least(length(name), 1), runs = runs + 1
          where id > $1 and id <= $2
          """
        ]),
      Migration(
        number: 4, name: "length_index", form: .statements,
        statements: ["create index concurrently if not exists item_length_idx on item (length)"]),
      Migration(
        number: 5, name: "note",
        statements: ["create table note (id bigint generated always as identity primary key)"]),
    ]

  /// Whether a schema is where ``stepwise`` brings it, each row changed once.
  package static func expectStepwise(
    _ schema: String, in owner: PostgresDatabase, rows: Int,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let row = try await owner.query(
      .init(
        unsafeSQL: """
          select (select count(*) from \(schema).item where runs = 1 and length = length(name)),
            (select indisvalid from pg_index
              where indexrelid = '\(schema).item_length_idx'::regclass),
            has_table_privilege('\(schema)', '\(schema).note', 'insert')
          """))[0]
    #expect(try row.decode(0, as: Int.self) == rows, sourceLocation: sourceLocation)
    #expect(try row.decode(1, as: Bool.self), sourceLocation: sourceLocation)
    #expect(try row.decode(2, as: Bool.self), sourceLocation: sourceLocation)
  }

  package init(
    server: EmbeddedPostgres, client: PostgresClient, database: String = "terrace",
    roles: DatabaseRoles = .standard
  ) {
    self.server = server
    self.client = client
    self.roles = roles
    superuserLogin = PostgresLogin(
      host: server.socketDirectory, port: server.port, database: database,
      user: server.superuser, sslMode: "disable")
    ownerLogin = superuserLogin.with(user: roles.owner, password: "owner")
    readerLogin = superuserLogin.with(user: roles.reader, password: "reader")
  }

  package static func makeClient() -> PostgresClient {
    var configuration = PostgresClientConfiguration()
    configuration.maximumConnections = 16
    return PostgresClient(configuration: configuration, logger: logger)
  }

  /// Removes what the test before left on the server, and makes the database.
  fileprivate func prepare(migrated: Bool) async throws {
    var login = superuserLogin
    login.database = "postgres"
    let server = client.database(login)
    for row in try await server.query(
      "select datname from pg_database where datname <> 'postgres' and not datistemplate")
    {
      let database = PostgresQuery.quoteIdentifier(try row.decode(0))
      _ = try await server.query(.init(unsafeSQL: "drop database \(database) with (force)"))
    }
    for row in try await server.query(
      "select rolname from pg_roles where rolname !~ '^pg_' and rolname <> current_user")
    {
      let role = PostgresQuery.quoteIdentifier(try row.decode(0))
      _ = try await server.query(.init(unsafeSQL: "drop owned by \(role)"))
      _ = try await server.query(.init(unsafeSQL: "drop role \(role)"))
    }
    try await bootstrap().apply(client: client, superuser: superuserLogin)
    guard migrated else { return }
    try await migrate()
  }

  package func migrate() async throws {
    try await RegistryMigrator(
      database: owner, tenantMigrations: Self.migrations, roles: roles
    ).migrate()
  }

  /// Another installation on the same server, as it was told to be made and not made yet.
  package func neighbour(database: String = "neighbour", prefix: String) throws -> RegistryFixture {
    RegistryFixture(
      server: server, client: client, database: database,
      roles: try #require(DatabaseRoles(prefix: prefix)))
  }

  package var superuser: PostgresDatabase { client.database(superuserLogin) }
  package var owner: PostgresDatabase { client.database(ownerLogin) }
  package var reader: PostgresDatabase { client.database(readerLogin) }

  package var administration: TenantAdministration {
    TenantAdministration(
      owner: owner, masterKeys: masterKeys, tenantMigrations: Self.migrations, roles: roles,
      logger: Self.logger)
  }

  package var nodes: DatabaseServerAdministration {
    DatabaseServerAdministration(owner: owner, roles: roles)
  }

  package func bootstrap(_ mechanism: IsolationMechanism = .revoke) -> DatabaseBootstrap {
    DatabaseBootstrap(
      database: ownerLogin.database, roles: roles, mechanism: mechanism,
      ownerPassword: Secret(Array("owner".utf8)),
      readerPassword: Secret(Array("reader".utf8)))
  }

  package func directory(name: String = "gateway", _ masterKeys: MasterKeys? = nil)
    -> TenantDirectory
  {
    TenantDirectory(
      client: client, login: readerLogin, masterKeys: masterKeys ?? self.masterKeys,
      configuration: TenantDirectoryConfiguration(name: name), logger: Self.logger)
  }

  @discardableResult
  package func register(
    _ slug: String, isolation: TenantRecord.Isolation = .shared
  ) async throws -> RegisteredTenant {
    let registration = try TenantRegistration(
      slug: slug, displayName: slug, isolation: isolation)
    return try await administration.register(registration, actor: "test").tenant
  }
}

/// Runs `body` with a database that is bootstrapped and, unless it says otherwise, migrated, on a
/// server that has nothing else. Only for tests in a suite with ``Servers``.
package func withRegistry<R: Sendable>(
  migrated: Bool = true, _ body: @Sendable (RegistryFixture) async throws -> R
) async throws -> R {
  try await #require(Servers.pool).withServer { server in
    let client = RegistryFixture.makeClient()
    defer { client.close() }
    return try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await client.run() }
      defer { group.cancelAll() }
      let fixture = RegistryFixture(server: server, client: client)
      try await fixture.prepare(migrated: migrated)
      return try await body(fixture)
    }
  }
}
