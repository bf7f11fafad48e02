import EmbeddedPostgres
import HTTPSupport
import Logging
import PostgresClient
import RegistryTestSupport
import ServiceLifecycle
import TestSupport
import Testing

@testable import TenantRegistry

extension DatabaseTests {
  /// Tenants on another server than the registry's.
  @Suite struct NodeTests {
    /// A registry that knows a second node, to which the next cell goes: the first is full.
    private struct Fixture: Sendable {
      let registry: RegistryFixture
      let node: EmbeddedPostgres

      var address: DatabaseServer.Address {
        DatabaseServer.Address(host: node.socketDirectory, port: node.port)
      }

      var superuser: PostgresDatabase {
        registry.superuser.on(host: address.host, port: address.port)
      }

      var provisioner: Provisioner {
        var provisioner = registry.provisioner
        provisioner.cellCapacity = 1
        return provisioner
      }

      var administration: TenantAdministration {
        TenantAdministration(
          owner: registry.owner, provisioner: provisioner, logger: RegistryFixture.logger)
      }

      func bootstrapNode() async throws {
        var login = registry.superuserLogin
        (login.host, login.port) = (address.host, address.port)
        try await registry.bootstrap().apply(client: registry.client, superuser: login)
      }

      /// Registers acme as far as the registry's node goes, as a process would that is killed then.
      func begin() async throws {
        let registration = try TenantRegistration(slug: "acme", displayName: "Acme")
        let row = try await provisioner.provision(registration, actor: "test").row
        #expect(row.state == .provisioning)
      }

      /// Whether acme is served from the node, by a gateway that reads the registry anew.
      func expectServed() async throws {
        let directory = registry.directory()
        try await directory.synchronize()
        let record = try #require(directory.tenant(slug: "acme"))
        #expect(record.state == .active)
        #expect(record.schemaVersion == 1)
        _ = try await record.database.query("insert into item (name) values ('x')")
        let there = try await superuser.query("select count(*) from t_acme.item")
        #expect(try there[0].decode(0, as: Int.self) >= 1)
        let here = try await registry.superuser.query("select to_regnamespace('t_acme') is null")
        #expect(try here[0].decode(0, as: Bool.self))
      }
    }

    private func withNode(
      added: Bool = true, _ body: @Sendable (Fixture) async throws -> Void
    ) async throws {
      try await withRegistry { registry in
        try await withTemporaryPostgres { node in
          let fixture = Fixture(registry: registry, node: node)
          guard added else { return try await body(fixture) }
          try await registry.register("first")
          try await fixture.bootstrapNode()
          _ = try await registry.nodes.add("second", fixture.address, actor: "test")
          try await body(fixture)
        }
      }
    }

    /// Runs the reconciler until acme is finished.
    private func reconcile(_ fixture: Fixture) async throws {
      let reconciler = Reconciler(
        [.provisioning(fixture.administration, every: .milliseconds(50))],
        logger: RegistryFixture.logger)
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await reconciler.run() }
        try await eventually("the reconciler finishes it") {
          try await fixture.administration.tenant(slug: "acme")?.state == .active
        }
        group.cancelAll()
      }
    }

    @Test func aTenantOnAnotherNodeIsServedFromThere() async throws {
      try await withNode { fixture in
        let registration = try TenantRegistration(slug: "acme", displayName: "Acme")
        let outcome = try await fixture.administration.register(registration, actor: "test")
        #expect(outcome.isNew)
        #expect(outcome.tenant.state == .active)
        #expect(outcome.tenant.cell == 2)
        try await fixture.expectServed()
        let again = try await fixture.administration.register(registration, actor: "test")
        #expect(!again.isNew)
        #expect(again.tenant == outcome.tenant)
        let move = try await #require(throws: Problem.self) {
          try await fixture.administration.deployments.move(
            slug: "acme", to: .dedicated, actor: "test")
        }
        #expect(move.type == "cannot-be-dedicated")
        let credentials = try await #require(throws: Problem.self) {
          try await fixture.administration.deployments.issueCredentials(
            slug: "acme", actor: "test")
        }
        #expect(credentials.type == "cannot-be-dedicated")
        // One that reads the registry is on the registry's node.
        let dedicated = try TenantRegistration(
          slug: "globex", displayName: "Globex", isolation: .dedicated)
        let third = try await fixture.administration.register(dedicated, actor: "test")
        #expect(third.tenant.cell == 3)
        #expect(
          try await fixture.registry.superuser.query(
            "select 1 where to_regnamespace('t_globex') > 0"
          )
          .count == 1)
      }
    }

    @Test(arguments: 1...3)
    func whatWasCutIsFinishedWhicheverStepWasTheLast(step: Int) async throws {
      try await withNode { fixture in
        try await fixture.begin()
        let store = fixture.provisioner.store
        let tenant = try #require(try await store.unfinished().first)
        if step >= 2 {
          let password = try #require(
            LoginPassword.cell(2, version: 1, fixture.registry.masterKeys))
          try await store.schemas(on: tenant.cell.server).make(
            tenant.schema, in: tenant.cell, verifier: SCRAMVerifier(password: password),
            policyDigest: nil, migrations: RegistryFixture.migrations)
        }
        if step == 3 { _ = try await store.activate(tenant, schemaVersion: 1) }
        try await reconcile(fixture)
        try await fixture.expectServed()
        // Every step can come again.
        _ = try await fixture.provisioner.complete(tenant)
        try await fixture.expectServed()
      }
    }

    @Test func schemasOfNewCellsAreMadeHoweverManyAreAtIt() async throws {
      try await withNode { fixture in
        try await fixture.begin()
        let store = fixture.provisioner.store
        let cell = try #require(try await store.unfinished().first).cell
        let schemas = try await withThrowingTaskGroup(of: String.self) { group in
          for number in 0..<8 {
            let own = Cell(
              id: cell.id + number % 2, login: DatabaseRoles.standard.cell(cell.id + number % 2),
              keyVersion: 1, server: cell.server)
            let password = try #require(
              LoginPassword.cell(own.id, version: 1, fixture.registry.masterKeys))
            group.addTask {
              let schema = "t_\(number)"
              try await store.schemas(on: own.server).make(
                schema, in: own, verifier: SCRAMVerifier(password: password), policyDigest: nil,
                migrations: RegistryFixture.migrations)
              return schema
            }
          }
          return try await group.reduce(into: []) { $0.append($1) }
        }
        for schema in schemas {
          let rows = try await fixture.superuser.query(
            .init(unsafeSQL: "select from \(schema).item"))
          #expect(rows.isEmpty)
        }
      }
    }

    @Test func aTenantWhoseNodeGoesAwayMeanwhileIsFinishedWhenItIsBack() async throws {
      try await withNode { fixture in
        try await fixture.begin()
        await fixture.node.stop(.immediate)
        let registration = try TenantRegistration(slug: "acme", displayName: "Acme")
        let outcome = try await fixture.administration.register(registration, actor: "test")
        #expect(!outcome.isNew)
        #expect(outcome.tenant.state == .provisioning)
        try await fixture.node.restart()
        try await reconcile(fixture)
        try await fixture.expectServed()
      }
    }

    @Test func aRegistrationLeavesNothingBehindIfTheNodeIsAwayOrHasTheName() async throws {
      try await withNode { fixture in
        let registration = try TenantRegistration(slug: "acme", displayName: "Acme")
        _ = try await fixture.superuser.query("create role t_acme")
        let before = try await DatabaseFootprint(fixture.registry.superuser)
        let problem = try await #require(throws: Problem.self) {
          try await fixture.administration.register(registration, actor: "test")
        }
        #expect(problem.type == "name-collision")
        await fixture.node.stop(.immediate)
        await #expect(throws: PostgresError.self) {
          try await fixture.administration.register(registration, actor: "test")
        }
        #expect(try await DatabaseFootprint(fixture.registry.superuser) == before)
      }
    }

    @Test func migrationsReachTheNodeAndCanBeCut() async throws {
      try await withNode { fixture in
        let registration = try TenantRegistration(slug: "acme", displayName: "Acme")
        _ = try await fixture.administration.register(registration, actor: "test")
        let second = Migration(
          number: 2, name: "second", statements: ["create table note (id bigint)"])
        let migrator = TenantMigrator(
          owner: fixture.registry.owner, migrations: RegistryFixture.migrations + [second],
          logger: RegistryFixture.logger)
        for _ in 1...2 {
          let report = try await migrator.migrate()
          #expect(report.failed.isEmpty)
          #expect(report.migrated.contains("acme"))
          // As if it had been cut before the registry took note.
          _ = try await fixture.registry.owner.query(
            "update registry.tenants set schema_version = 1 where schema_name = 't_acme'")
        }
        #expect(try await fixture.superuser.query("select * from t_acme.note").isEmpty)
      }
    }

    @Test func migrationsThatFitIntoNoTransactionReachTheNode() async throws {
      try await withNode { fixture in
        let registration = try TenantRegistration(slug: "acme", displayName: "Acme")
        _ = try await fixture.administration.register(registration, actor: "test")
        _ = try await fixture.superuser.query(
          "insert into t_acme.item (name) select 'n' || n from generate_series(1, 2000) n")
        let migrator = TenantMigrator(
          owner: fixture.registry.owner, migrations: RegistryFixture.stepwise,
          logger: RegistryFixture.logger)
        for version in [1, 3] {
          #expect(try await migrator.migrate().migrated.contains("acme"))
          // As if it had been cut before the registry took note.
          _ = try await fixture.registry.owner.query(
            "update registry.tenants set schema_version = \(version) where schema_name = 't_acme'")
        }
        #expect(try await migrator.migrate().failed.isEmpty)
        try await RegistryFixture.expectStepwise("t_acme", in: fixture.superuser, rows: 2000)
      }
    }

    @Test func aNodeCanBeReachedSomewhereElse() async throws {
      try await withNode { fixture in
        let registration = try TenantRegistration(slug: "acme", displayName: "Acme")
        _ = try await fixture.administration.register(registration, actor: "test")
        let directory = fixture.registry.directory()
        try await directory.synchronize()
        #expect(Array(directory.otherNodes.values) == [[2]])
        let nodes = fixture.registry.nodes
        // The same server, by another name.
        let elsewhere = DatabaseServer.Address(
          host: fixture.address.host + "/.", port: fixture.address.port)
        let (node, pending) = try await nodes.relocate("second", to: elsewhere, actor: "test")
        #expect(node.address == elsewhere && node.name == "second")
        #expect(pending == ["gateway"])
        try await directory.synchronize()
        #expect(directory.otherNodes.keys.map(\.host) == [elsewhere.host])
        let record = try #require(directory.tenant(slug: "acme"))
        _ = try await record.database.query("insert into item (name) values ('x')")
        let log = try await fixture.registry.owner.query(
          "select details ->> 'host' from registry.audit_log where action = 'node.relocate'")
        #expect(try log.map { try $0.decode(0, as: String.self) } == [elsewhere.host])
      }
    }

    @Test func aRequestThatFoundANodeGoneIsServedWhereItIsNow() async throws {
      try await withNode { fixture in
        let registration = try TenantRegistration(slug: "acme", displayName: "Acme")
        _ = try await fixture.administration.register(registration, actor: "test")
        let gone = "update registry.nodes set host = host || '/gone' where name = 'second'"
        _ = try await fixture.registry.owner.query(.init(unsafeSQL: gone))
        let directory = fixture.registry.directory()
        try await directory.synchronize()
        let record = try #require(directory.tenant(slug: "acme"))
        try await withThrowingTaskGroup(of: Void.self) { group in
          group.addTask { try await directory.run() }
          async let inserted = record.database.query("insert into item (name) values ('x')")
          let nodes = fixture.registry.nodes
          _ = try await nodes.relocate("second", to: fixture.address, actor: "test")
          _ = try await inserted
          group.cancelAll()
        }
      }
    }

    @Test func aNodeIsNotMovedWhereItsTenantsAreNot() async throws {
      try await withNode { fixture in
        let registration = try TenantRegistration(slug: "acme", displayName: "Acme")
        _ = try await fixture.administration.register(registration, actor: "test")
        let nodes = fixture.registry.nodes
        func problem(_ name: String, _ address: DatabaseServer.Address) async throws -> Problem {
          try await #require(throws: Problem.self) {
            try await nodes.relocate(name, to: address, actor: "test")
          }
        }
        try await withTemporaryPostgres { other in
          let address = DatabaseServer.Address(host: other.socketDirectory, port: other.port)
          var login = fixture.registry.superuserLogin
          (login.host, login.port) = (address.host, address.port)
          try await fixture.registry.bootstrap().apply(
            client: fixture.registry.client, superuser: login)
          #expect(try await problem("second", address).detail == "it has no schema t_acme")
          _ = try await nodes.add("third", address, actor: "test")
        }
        #expect(try await problem("third", fixture.address).type == "node-taken")
        #expect(try await problem("primary", fixture.address).type == "node-taken")
        #expect(try await problem("nobody", fixture.address).type == "unknown-node")
        #expect(
          try await problem("second", DatabaseServer.Address(host: "/nowhere", port: 1)).type
            == "node-unreachable")
      }
    }

    @Test func aNodeIsCheckedBeforeItIsAdded() async throws {
      try await withNode(added: false) { fixture in
        let nodes = fixture.registry.nodes
        func problem(_ name: String, _ address: DatabaseServer.Address) async throws -> String {
          try await #require(throws: Problem.self) {
            try await nodes.add(name, address, actor: "test")
          }.type
        }
        #expect(try await problem("second", fixture.address) == "node-unreachable")
        try await fixture.bootstrapNode()
        _ = try await fixture.superuser.query(
          "grant execute on function pg_catalog.set_config(text, text, boolean) to public")
        // Meanwhile the client does not try again.
        try await eventually("it can be reached") {
          try await problem("second", fixture.address) != "node-unreachable"
        }
        #expect(try await problem("second", fixture.address) == "node-unfit")
        try await fixture.bootstrapNode()
        #expect(try await nodes.add("second", fixture.address, actor: "test").isNew)
        #expect(try await !nodes.add("second", fixture.address, actor: "test").isNew)
        #expect(try await problem("third", fixture.address) == "node-taken")
        let own = fixture.registry.ownerLogin
        #expect(
          try await problem("own", DatabaseServer.Address(host: own.host, port: own.port))
            == "node-unfit")
        #expect(try await nodes.nodes().map(\.name) == ["primary", "second"])
      }
    }
  }
}
