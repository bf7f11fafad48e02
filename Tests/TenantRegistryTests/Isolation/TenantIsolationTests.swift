import PostgresClient
import RegistryTestSupport
import Testing

@testable import TenantRegistry

extension DatabaseTests {
  /// What Postgres itself refuses, as each of the roles that serve tenants.
  @Suite struct TenantIsolationTests {
    /// `body` gets acme's and globex's tenants, each with one item that bears its name.
    private func withTwoTenants(
      isolation: TenantRecord.Isolation = .shared,
      _ body: @Sendable (RegistryFixture, RegisteredTenant, RegisteredTenant) async throws -> Void
    ) async throws {
      try await withRegistry { fixture in
        let acme = try await fixture.register("acme", isolation: isolation)
        let globex = try await fixture.register("globex")
        for tenant in [acme, globex] {
          let database = fixture.client.database(
            try fixture.cellLogin(), scope: SessionScope(role: tenant.role, schema: tenant.schema))
          _ = try await database.query("insert into item (name) values (\(tenant.tenant.slug))")
        }
        try await body(fixture, acme, globex)
      }
    }

    @Test func aCellsLoginAloneReachesNothing() async throws {
      try await withTwoTenants { fixture, _, _ in
        let cell = fixture.client.database(try fixture.cellLogin())
        for statement in [
          "select * from t_acme.item", "select * from t_globex.item",
          "insert into t_acme.item (name) values ('x')", "select * from registry.tenants",
          "select * from registry.signing_keys", "select * from registry.own_tenant",
          "select registry.release_lease(gen_random_uuid())",
          "create table t_acme.mine ()", "create schema mine", "create table public.mine ()",
          "create temporary table mine ()", "create role mine", "do 'begin end'",
          "grant t_acme to terrace_reader", "set session authorization terrace_owner",
          "set role terrace_owner", "select pg_read_file('postgresql.conf')",
          "copy (select 1) to program 'true'",
        ] {
          let state = try await sqlState { try await cell.query(.init(unsafeSQL: statement)) }
          #expect(state == "42501", "\(statement)")
        }
      }
    }

    /// Everything that an injected expression, or a whole injected statement, could try.
    static let escapes = [
      // Names.
      "select * from t_globex.item",
      "insert into t_globex.item (name) values ('x')",
      "update t_globex.item set name = 'x'",
      "select nextval('t_globex.item_id_seq')",
      "select * from registry.tenants",
      "select * from registry.signing_keys",
      "select * from registry.own_signing_keys",
      "select registry.renew_lease(gen_random_uuid(), 'x', 0, '1 s')",
      // The switch, inside an expression.
      "select set_config('role', 't_globex', true)",
      "select set_config('role', 't_globex', true), (select count(*) from item)",
      "select set_config('search_path', 't_globex', false)",
      "update pg_settings set setting = 't_globex' where name = 'role'",
      // SQL inside of SQL.
      "select query_to_xml('select * from t_globex.item', true, true, '')",
      "select query_to_xml('select set_config(''role'', ''t_globex'', true)', true, true, '')",
      "select table_to_xml('t_globex.item', true, true, '')",
      "select * from ts_stat('select to_tsvector(name) from t_globex.item')",
      "do 'begin set role t_globex; end'",
      // Leftovers on the connection, and anything else of its own making.
      "create temporary table item (id bigint, name text)",
      "create temporary view item as select 1",
      "create table mine ()",
      "create table t_acme.mine ()",
      "create table public.mine ()",
      "create function t_acme.f() returns int language sql as 'select 1'",
      "create schema mine",
      "create role mine",
      "create extension dblink",
      "alter table item add column x int",
      "drop table item",
      "truncate item",
      "grant t_acme to t_globex",
      "alter role t_globex login",
      "alter default privileges for role terrace_owner grant select on tables to t_acme",
      // Other roles, files and processes.
      "set session authorization terrace_owner",
      "select pg_read_file('postgresql.conf')",
      "select lo_import('/etc/passwd')",
      "copy item to program 'true'",
      "copy item from '/etc/passwd'",
      "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'terrace_owner'",
    ]

    @Test func aTenantsRoleCannotLeaveItsSchema() async throws {
      try await withTwoTenants { fixture, acme, _ in
        let database = fixture.client.database(
          try fixture.cellLogin(), scope: SessionScope(role: acme.role, schema: acme.schema))
        for escape in Self.escapes {
          let state = try await sqlState { try await database.query(.init(unsafeSQL: escape)) }
          #expect(state == "42501", "\(escape)")
        }
        #expect(try await database.query("select name from item").count == 1)
      }
    }

    @Test func theSwitchEndsWithItsTransaction() async throws {
      try await withTwoTenants { fixture, acme, globex in
        let login = try fixture.cellLogin()
        for _ in 0..<20 {
          for tenant in [acme, globex] {
            let scoped = fixture.client.database(
              login, scope: SessionScope(role: tenant.role, schema: tenant.schema))
            let rows = try await scoped.query("select name, current_user from item")
            #expect(try rows.map { try $0.decode(0, as: String.self) } == [tenant.tenant.slug])
            #expect(try rows[0].decode(1, as: String.self) == tenant.role)
          }
          let role = try await fixture.client.database(login).query("select current_user")
          #expect(try role[0].decode(0, as: String.self) == "terrace_cell_1")
        }
      }
    }

    /// `RESET ROLE` cannot be refused to a login, so nothing may smuggle it in: request-path SQL
    /// goes through the extended protocol, which takes one statement a message.
    @Test func aSecondStatementCannotBeSmuggledIn() async throws {
      try await withTwoTenants { fixture, acme, _ in
        let database = fixture.client.database(
          try fixture.cellLogin(), scope: SessionScope(role: acme.role, schema: acme.schema))
        let state = try await sqlState {
          try await database.query(
            .init(unsafeSQL: "select 1; reset role; set role t_globex; select * from item"))
        }
        #expect(state == "42601")
        let injected = "x'); reset role; select * from t_globex.item; --"
        _ = try await database.query("insert into item (name) values (\(injected))")
        let rows = try await database.query("select name from item where name = \(injected)")
        #expect(rows.count == 1)
      }
    }

    @Test func withoutItsRoleASessionReachesNothing() async throws {
      try await withTwoTenants { fixture, acme, _ in
        let database = fixture.client.database(
          try fixture.cellLogin(), scope: SessionScope(role: acme.role, schema: acme.schema))
        for table in ["t_acme.item", "t_globex.item"] {
          let state = try await sqlState {
            try await database.withTransaction { transaction in
              try await transaction.query("reset role")
              try await transaction.query(.init(unsafeSQL: "select * from \(table)"))
            }
          }
          #expect(state == "42501")
        }
      }
    }

    @Test func aDedicatedTenantsLoginOpensNothingElse() async throws {
      try await withTwoTenants(isolation: .dedicated) { fixture, acme, globex in
        let login = fixture.tenantLogin(acme)
        let own = fixture.client.database(
          login, scope: SessionScope(role: acme.role, schema: acme.schema))
        #expect(try await own.query("select name from item").count == 1)
        let bare = fixture.client.database(login)
        let tenants = try await bare.query("select name from registry.own_hosts")
        #expect(try tenants.map { try $0.decode(0, as: String.self) } == ["acme"])
        #expect(try await bare.query("select id from registry.own_tenant").count == 1)
        #expect(try await bare.query("select kid from registry.own_signing_keys").count == 2)
        // It may read its own row, and switch; but to nothing that it is not a member of.
        let allowed = ["own_signing_keys", "renew_lease", "set_config(", "pg_settings"]
        for escape in Self.escapes + ["set role t_globex", "select * from t_acme.item"]
        where !allowed.contains(where: escape.contains) {
          let state = try await sqlState { try await bare.query(.init(unsafeSQL: escape)) }
          // 42P01 and 3F000: without its role it has no schema to name things in.
          #expect(["42501", "42P01", "3F000"].contains(state), "\(escape): \(state ?? "worked")")
        }
        #expect(
          try await sqlState {
            try await bare.query("select set_config('role', 't_globex', false)")
          }
            == "42501")
        let foreign = fixture.client.database(
          login, scope: SessionScope(role: globex.role, schema: globex.schema))
        #expect(try await sqlState { try await foreign.query("select * from item") } == "42501")
      }
    }

    @Test func aDedicatedTenantsLoginHasAtMostTenConnections() async throws {
      try await withTwoTenants(isolation: .dedicated) { fixture, _, _ in
        let rows = try await fixture.superuser.query(
          "select rolconnlimit from pg_roles where rolname = 'terrace_t_acme'")
        #expect(try rows[0].decode(0, as: Int.self) == 10)
      }
    }

    /// Where nobody could take their functions from PUBLIC.
    @Test func largeObjectsOfOneTenantAreClosedToOthers() async throws {
      try await withTwoTenants { fixture, acme, globex in
        for function in ["lo_from_bytea(oid, bytea)", "lo_get(oid)"] {
          _ = try await fixture.superuser.query(
            .init(unsafeSQL: "grant execute on function \(function) to public"))
        }
        let login = try fixture.cellLogin()
        let first = fixture.client.database(
          login, scope: SessionScope(role: acme.role, schema: acme.schema))
        let second = fixture.client.database(
          login, scope: SessionScope(role: globex.role, schema: globex.schema))
        let object: Int64 = try await first.query("select lo_from_bytea(0, 'secret')")[0].decode(0)
        #expect(
          try await sqlState { try await second.query("select lo_get(\(object)::oid)") } == "42501")
      }
    }
  }
}
