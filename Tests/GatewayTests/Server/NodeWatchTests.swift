import EmbeddedPostgres
import Finance
import PostgresClient
import TestSupport
import Testing

@testable import Gateway
@testable import TenantRegistry

/// A gateway of tenants on two nodes, of which the second is not always as it must be.
struct NodeWatchTests {
  /// Runs `body` with the second node, on which globex is; acme is on the registry's.
  private static func run(
    _ body: @Sendable (ServerFixture, EmbeddedPostgres) async throws -> Void
  ) async throws {
    try await ServerFixture.run { fixture in
      try await withTemporaryPostgres { node in
        let client = PostgresClient(logger: ServerFixture.logger)
        try await withThrowingTaskGroup(of: Void.self) { group in
          group.addTask { try await client.run() }
          try await Self.prepare(fixture, node, client)
          group.cancelAll()
        }
        try await body(fixture, node)
      }
    }
  }

  private static func prepare(
    _ fixture: ServerFixture, _ node: EmbeddedPostgres, _ client: PostgresClient
  ) async throws {
    var login = fixture.login(fixture.postgres.superuser)
    (login.host, login.port) = (node.socketDirectory, node.port)
    try await DatabaseBootstrap(
      database: "terrace", ownerPassword: Secret(Array("owner".utf8)),
      readerPassword: Secret(Array("reader".utf8))
    ).apply(client: client, superuser: login)
    let owner = client.database(fixture.login("terrace_owner", "owner"))
    var provisioner = Provisioner(
      store: ProvisioningStore(database: owner), masterKeys: fixture.masterKeys,
      migrations: FinanceMigrations.all)
    provisioner.cellCapacity = 1
    let administration = TenantAdministration(
      owner: owner, provisioner: provisioner, logger: ServerFixture.logger)
    for slug in ["acme", "globex"] {
      _ = try await administration.register(
        TenantRegistration(slug: slug, displayName: slug), actor: "test")
      guard slug == "acme" else { continue }
      _ = try await DatabaseServerAdministration(owner: owner).add(
        "second", DatabaseServer.Address(host: node.socketDirectory, port: node.port), actor: "test"
      )
    }
  }

  private static func register(_ server: RunningServer, _ slug: String) async throws
    -> RunningServer.Answer
  {
    try await server.call(
      "\(slug).localhost", "/register", .POST,
      json: #"{"username":"\#(UInt64.random(in: 0...UInt64.max))","password":"correct horse"}"#)
  }

  private static func register(
    _ server: RunningServer, _ slug: String, until problem: String
  ) async throws {
    try await eventually("the answer is \(problem)") {
      try await register(server, slug).problem == problem
    }
  }

  private static func set(
    _ fixture: ServerFixture, _ slug: String, _ state: String
  ) async throws {
    let client = PostgresClient(logger: ServerFixture.logger)
    defer { client.close() }
    _ = try await client.database(fixture.login("terrace_owner", "owner")).query(
      """
      update registry.tenants set state = \(state)
      where id = (select tenant_id from registry.hosts where name = \(slug))
      """)
  }

  private static func wait(_ server: RunningServer, for line: String) async throws {
    try await eventually(line) {
      try await server.ops("/metrics").body.contains("\n\(line)\n")
    }
  }

  @Test func aNodeThatIsAwayStopsNobodyElse() async throws {
    try await Self.run { fixture, node in
      await node.stop(.immediate)
      try await fixture.serve { server in
        #expect(try await server.ops("/readyz").status == 200)
        #expect(try await Self.register(server, "acme").status == 200)
        let answer = try await Self.register(server, "globex")
        #expect(answer.status == 503 && answer.headers.contains(name: "retry-after"))
        try await Self.wait(server, for: "terrace_nodes_away 1")
        try await node.restart()
        try await Self.wait(server, for: "terrace_nodes_away 0")
        #expect(try await Self.register(server, "globex").status == 200)
      }
    }
  }

  @Test func tenantsOfANodeThatDoesNotKeepThemApartAreNotServed() async throws {
    try await Self.run { fixture, node in
      let client = PostgresClient(logger: ServerFixture.logger)
      defer { client.close() }
      var login = fixture.login(node.superuser)
      (login.host, login.port) = (node.socketDirectory, node.port)
      let superuser = client.database(login)
      _ = try await superuser.query("grant temporary on database terrace to public")
      try await fixture.serve { server in
        #expect(try await Self.register(server, "acme").status == 200)
        #expect(try await Self.register(server, "globex").problem == "tenant-unavailable")
        #expect(try await server.ops("/metrics").body.contains("\nterrace_nodes_unfit 1\n"))
        try await Self.set(fixture, "globex", "suspended")
        try await Self.register(server, "globex", until: "tenant-suspended")
        try await Self.set(fixture, "globex", "active")
        try await Self.register(server, "globex", until: "tenant-unavailable")
        _ = try await superuser.query("revoke temporary on database terrace from public")
        try await Self.wait(server, for: "terrace_nodes_unfit 0")
        #expect(try await Self.register(server, "globex").status == 200)
      }
    }
  }

  @Test func connectionsAreReckonedForEachNode() async throws {
    try await Self.run { fixture, node in
      let client = PostgresClient(logger: ServerFixture.logger)
      defer { client.close() }
      var login = fixture.login(node.superuser)
      (login.host, login.port) = (node.socketDirectory, node.port)
      _ = try await client.database(login).query("alter system set max_connections = 12")
      await node.stop(.immediate)
      try await node.restart()
      var configuration = fixture.configuration
      configuration.replicas = 2
      try await fixture.serve(configuration) { server async throws in
        #expect(try await Self.register(server, "acme").status == 200)
        #expect(try await Self.register(server, "globex").problem == "tenant-unavailable")
      }
    }
  }
}
