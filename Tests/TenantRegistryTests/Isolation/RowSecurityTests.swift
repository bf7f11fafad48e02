import EmbeddedPostgres
import HTTPSupport
import PostgresClient
import RegistryTestSupport
import TestSupport
import Testing

@testable import TenantRegistry

extension DatabaseTests {
  /// A database on which everybody may execute `set_config`, as a managed service leaves it.
  @Suite struct RowSecurityTests {
    private struct Fixture: Sendable {
      let registry: RegistryFixture
      let acme: PostgresDatabase
      let globex: PostgresDatabase
    }

    private static let leaveOpen = [
      "grant execute on function pg_catalog.set_config(text, text, boolean) to public",
      "grant usage on language plpgsql to public",
    ]

    /// `body` gets acme's and globex's databases as a gateway has them, each with one item that
    /// bears its name.
    private func withTwoTenants(_ body: @Sendable (Fixture) async throws -> Void) async throws {
      try await withRegistry(migrated: false) { registry in
        for statement in Self.leaveOpen {
          _ = try await registry.superuser.query(.init(unsafeSQL: statement))
        }
        try await registry.bootstrap(.rowLevel).apply(
          client: registry.client, superuser: registry.superuserLogin)
        try await RegistryMigrator(
          database: registry.owner, tenantMigrations: RegistryFixture.migrations
        ).migrate()
        for slug in ["acme", "globex"] { try await registry.register(slug) }
        let directory = registry.directory()
        try await directory.synchronize()
        let fixture = Fixture(
          registry: registry, acme: try #require(directory.tenant(slug: "acme")).database,
          globex: try #require(directory.tenant(slug: "globex")).database)
        for (database, name) in [(fixture.acme, "ofacme"), (fixture.globex, "ofglobex")] {
          _ = try await database.query("insert into item (name) values (\(name))")
        }
        try await body(fixture)
      }
    }

    /// Expressions that run SQL of their own; the first needs a server with libxml.
    private static let reads = [
      "query_to_xml('select name from t_globex.item', true, true, '')::text",
      """
      (select coalesce(string_agg(word, ','), '')
        from ts_stat('select to_tsvector(''simple'', name) from t_globex.item'))
      """,
    ]

    /// Statements that switch to globex and read it, all in one.
    private static func escapes(_ read: String) -> [String] {
      [
        "select set_config('role', 't_globex', true) || \(read)",
        """
        with switch as materialized (select set_config('role', 't_globex', true) as role)
        select role || \(read) from switch
        """,
        """
        with switch as materialized (
          select set_config('role', 't_globex', true) || set_config('terrace.k', '', true) as role)
        select role || \(read) from switch
        """,
        """
        with switch as materialized (
          select set_config('role', 'none', true) || set_config('role', 't_globex', true)
            || set_config('row_security', 'on', true) as role)
        select role || \(read) from switch
        """,
      ]
    }

    @Test func anExpressionThatSwitchesReadsNothingOfAnotherTenant() async throws {
      try await withTwoTenants { fixture in
        let hasXML =
          try await sqlState { try await fixture.registry.superuser.query("select xml '<a/>'") }
          == nil
        let escapes = Self.reads.dropFirst(hasXML ? 0 : 1).flatMap(Self.escapes)
        func finds(_ escape: String) async throws -> Bool {
          let rows = try await fixture.acme.query(.init(unsafeSQL: escape))
          return try rows[0].decode(0, as: String.self).contains("ofglobex")
        }
        for escape in escapes { #expect(try await !finds(escape), "\(escape)") }
        // The escapes are real: without the gate they do read it.
        _ = try await fixture.registry.owner.query(
          "alter table t_globex.item disable row level security")
        for escape in escapes { #expect(try await finds(escape), "\(escape)") }
      }
    }

    @Test func statementsAfterASwitchNeitherReadNorWriteAnotherTenant() async throws {
      try await withTwoTenants { fixture in
        for (statement, isRefused) in [
          ("select name from t_globex.item", false),
          ("update t_globex.item set name = 'x' returning name", false),
          ("delete from t_globex.item returning name", false),
          ("insert into t_globex.item (name) values ('x') returning name", true),
        ] {
          do throws(PostgresError) {
            let rows = try await fixture.acme.transaction([
              "select set_config('role', 't_globex', true)", .init(unsafeSQL: statement),
            ])
            #expect(!isRefused && rows[1].isEmpty, "\(statement)")
          } catch {
            #expect(isRefused && error.sqlState == "42501", "\(statement)")
          }
        }
        let rows = try await fixture.globex.query("select name from item")
        #expect(try rows.map { try $0.decode(0, as: String.self) } == ["ofglobex"])
      }
    }

    /// Everybody may take them there, and they outlive errors and transactions.
    @Test func locksThatAnExpressionLeavesEndWithTheNextSwitch() async throws {
      try await withTwoTenants { fixture in
        _ = try await fixture.registry.superuser.query(
          "grant execute on function pg_try_advisory_lock(bigint) to public")
        let state = try await sqlState {
          try await fixture.acme.query(
            "select count(pg_try_advisory_lock(g)) / 0 from generate_series(1, 1000) g")
        }
        #expect(state == "22012")
        try await eventually("the locks end") {
          _ = try await fixture.globex.query("select 1")
          return try await fixture.registry.superuser.query(
            "select from pg_locks where locktype = 'advisory'"
          ).isEmpty
        }
      }
    }

    @Test func tablesOfLaterMigrationsHaveTheGateToo() async throws {
      try await withTwoTenants { fixture in
        let second = Migration(
          number: 2, name: "second", statements: ["create table note (name text)"])
        let report = try await TenantMigrator(
          owner: fixture.registry.owner, migrations: RegistryFixture.migrations + [second],
          logger: RegistryFixture.logger
        ).migrate()
        #expect(report.failed.isEmpty)
        _ = try await fixture.globex.query("insert into note values ('globex')")
        #expect(try await fixture.globex.query("select * from note").count == 1)
        let rows = try await fixture.acme.transaction([
          "select set_config('role', 't_globex', true)", "select * from t_globex.note",
        ])
        #expect(rows[1].isEmpty)
      }
    }

    private static let noDigest = String(repeating: "0", count: 64)

    static let defects = [
      "alter table t_acme.item disable row level security",
      "drop policy gate on t_acme.item",
      "create policy other on t_acme.item using (true)",
      "alter policy gate on t_acme.item using (true)",
      """
      alter policy gate on t_acme.item using ((select
        sha256(convert_to(current_setting('terrace.k', true), 'UTF8')) = '\\x\(noDigest)' or true))
      """,
      """
      alter policy gate on t_acme.item using ((select session_user ~ '^terrace_t_globex(__c[0-9]+)?$'
        or sha256(convert_to(current_setting('terrace.k', true), 'UTF8')) = '\\x\(noDigest)'))
      """,
      "alter policy gate on t_acme.item to t_acme",
      "create table t_acme.note ()",
      "create materialized view t_acme.copy as select * from t_acme.item",
    ]

    @Test(arguments: defects)
    func theCheckNamesATableWithoutItsGate(defect: String) async throws {
      try await withTwoTenants { fixture in
        for database in [fixture.registry.owner, fixture.registry.reader] {
          #expect(try await DatabaseCheck(database).findings() == [])
        }
        _ = try await fixture.registry.owner.query(.init(unsafeSQL: defect))
        let findings = try await DatabaseCheck(fixture.registry.reader).findings()
        #expect(findings.count == 1)
        #expect(findings.first?.problem.contains("t_acme.") == true, "\(findings)")
      }
    }

    /// The tenant's tables as a process of its own deployment reaches them.
    private func own(
      _ registry: RegistryFixture, _ schema: String, _ login: String, _ password: Secret
    ) -> PostgresDatabase {
      registry.client.database(
        registry.ownerLogin.with(
          user: login, password: String(decoding: password.bytes, as: UTF8.self)),
        scope: SessionScope(role: schema, schema: schema))
    }

    @Test func aDedicatedTenantsOwnLoginPassesItsOwnGateAlone() async throws {
      try await withTwoTenants { fixture in
        let initech = try await fixture.registry.register("initech", isolation: .dedicated)
        let plan = try #require(
          CredentialPlan(
            number: 1, of: initech.tenant.id, schema: initech.schema, fixture.registry.masterKeys))
        let database = own(fixture.registry, initech.schema, plan.login, plan.password)
        _ = try await database.query("insert into item (name) values ('ofinitech')")
        #expect(try await database.query("select from item").count == 1)
        #expect(try await DatabaseCheck(fixture.registry.reader).findings() == [])
        for role in ["t_acme", "t_globex", "terrace_cell_1"] {
          let state = try await sqlState {
            try await database.query("select set_config('role', \(role), true)")
          }
          #expect(state == "42501", "\(role)")
        }
        // The shared deployment serves it until it is moved, others of its cell see nothing of it.
        for escape in Self.reads.dropFirst().flatMap(Self.escapes) {
          let text = escape.replacing("globex", with: "initech")
          let rows = try await fixture.acme.query(.init(unsafeSQL: text))
          #expect(try !rows[0].decode(0, as: String.self).contains("ofinitech"), "\(text)")
        }
      }
    }

    /// Its gate is that of all shared tenants, which builds know from before.
    @Test func aSharedTenantCanBeDedicatedAndItsNewTablesAreItsLogins() async throws {
      try await withTwoTenants { fixture in
        let gates = try await fixture.registry.superuser.query(
          "select pg_get_expr(polqual, polrelid) from pg_policy")
        #expect(gates.count == 2)
        for gate in gates {
          #expect(try !gate.decode(0, as: String.self).contains("SESSION_USER"))
        }
        let issued = try await fixture.registry.administration.deployments.issueCredentials(
          slug: "acme", actor: "test")
        #expect(try await DatabaseCheck(fixture.registry.reader).findings() == [])
        let database = own(fixture.registry, "t_acme", issued.login, issued.password)
        let second = Migration(
          number: 2, name: "second", statements: ["create table note (name text)"])
        _ = try await TenantMigrator(
          owner: fixture.registry.owner, migrations: RegistryFixture.migrations + [second],
          logger: RegistryFixture.logger
        ).migrate()
        #expect(try await DatabaseCheck(fixture.registry.reader).findings() == [])
        for side in [database, fixture.acme] {
          #expect(try await side.query("select from item").count == 1)
          _ = try await side.query("insert into note values ('x')")
        }
      }
    }

    @Test func migrationsThatFitIntoNoTransactionPassByTheGate() async throws {
      try await withTwoTenants { fixture in
        let owner = fixture.registry.owner
        let report = try await TenantMigrator(
          owner: owner, migrations: RegistryFixture.stepwise, logger: RegistryFixture.logger
        ).migrate()
        #expect(report.failed.isEmpty)
        try await RegistryFixture.expectStepwise("t_acme", in: owner, rows: 1)
        #expect(try await DatabaseCheck(fixture.registry.reader).findings() == [])
      }
    }

    @Test func whereSetConfigIsTakenAwayNobodyGetsAGate() async throws {
      try await withRegistry { fixture in
        try await fixture.register("acme")
        let rows = try await fixture.superuser.query("select from pg_policy")
        #expect(rows.isEmpty)
      }
    }

    @Test func aLoginThatIsNoSuperuserCanBootstrapIt() async throws {
      try await withTemporaryPostgres { server in
        let client = RegistryFixture.makeClient()
        defer { client.close() }
        let fixture = RegistryFixture(server: server, client: client)
        var superuser = fixture.superuserLogin
        superuser.database = "postgres"
        _ = try await client.database(superuser).query(
          "create role managed login createrole createdb password 'managed'")
        let managed = superuser.with(user: "managed", password: "managed")
        await #expect(throws: DatabaseBootstrap.NotSuperuser.self) {
          try await fixture.bootstrap().apply(client: client, superuser: managed)
        }
        for _ in 1...2 {
          try await fixture.bootstrap(.rowLevel).apply(client: client, superuser: managed)
        }
        #expect(try await DatabaseCheck(fixture.owner).findings() == [])
        try await RegistryMigrator(
          database: fixture.owner, tenantMigrations: RegistryFixture.migrations
        ).migrate()
        try await fixture.register("acme")
        let globex = try await fixture.register("globex", isolation: .dedicated)
        let deployments = fixture.administration.deployments
        let issued = try await deployments.issueCredentials(slug: "globex", actor: "test")
        let database = own(fixture, globex.schema, issued.login, issued.password)
        #expect(try await database.query("select from item").isEmpty)
        #expect(try await DatabaseCheck(fixture.reader).findings() == [])
        // What only a superuser can take is no warning here; open databases are one.
        let warnings = try await DatabaseCheck(fixture.reader).warnings().map(\.problem)
        #expect(warnings.count == 1)
        #expect(warnings.first?.contains("postgres") == true)
        // Its logins can be dropped again, while they have sessions.
        _ = try await fixture.owner.transaction([
          "delete from registry.sealed_keys where credential is not null",
          "update registry.credentials set revoked_at = now()",
        ])
        try await deployments.retireSuperseded()
        #expect(
          try await fixture.owner.query("select from pg_roles where rolname ~ '^terrace_t_globex'")
            .isEmpty)
      }
    }
  }
}
