import Foundation
import PostgresClient
import RegistryTestSupport
import Tenancy
import Testing

@testable import TenantRegistry

extension DatabaseTests {
  /// An attacker who has all that a dedicated tenant's pod holds: its login, its password, its key.
  @Suite struct DedicatedHoldingsTests {
    private struct Loot: Sendable {
      let fixture: RegistryFixture
      let tenant: RegisteredTenant
      let plan: CredentialPlan
      let keys: TenantKeys
      let database: PostgresDatabase
    }

    /// acme's holdings, beside a shared tenant and a dedicated one.
    private func withLoot(_ body: @Sendable (Loot) async throws -> Void) async throws {
      try await withRegistry { fixture in
        let acme = try await fixture.register("acme", isolation: .dedicated)
        try await fixture.register("globex")
        try await fixture.register("initech", isolation: .dedicated)
        let id = acme.tenant.id
        let plan = try #require(
          CredentialPlan(number: 1, of: id, schema: acme.schema, fixture.masterKeys))
        let keys = try TenantKeys(
          parsing: TenantKeys.text(plan.key, credential: 1), tenant: id)
        let login = fixture.ownerLogin.with(
          user: plan.login, password: String(decoding: plan.password.bytes, as: UTF8.self))
        try await body(
          Loot(
            fixture: fixture, tenant: acme, plan: plan, keys: keys,
            database: fixture.client.database(login)))
      }
    }

    private func names(_ loot: Loot, _ query: PostgresQuery) async throws -> [String] {
      try await loot.fixture.superuser.query(query).map { try $0.decode(0) }
    }

    @Test func theRegistryShowsItItsOwnRowsAlone() async throws {
      try await withLoot { loot in
        let tables = try await names(
          loot, "select tablename from pg_tables where schemaname = 'registry'")
        for table in tables {
          for statement in [
            "select * from registry.\(table)", "insert into registry.\(table) default values",
            "delete from registry.\(table)", "truncate registry.\(table)",
            "drop table registry.\(table)", "alter table registry.\(table) disable trigger all",
          ] {
            let state = try await sqlState {
              try await loot.database.query(.init(unsafeSQL: statement))
            }
            let isHistory = statement == "select * from registry.migrations"
            #expect(state == (isHistory ? nil : "42501"), "\(statement)")
          }
        }
        let id = loot.tenant.tenant.id.uuid
        for view in ["own_tenant", "own_hosts", "own_signing_keys"] {
          let column = view == "own_tenant" ? "id" : "tenant_id"
          let rows = try await loot.database.query(
            .init(unsafeSQL: "select \(column) from registry.\(view)"))
          #expect(!rows.isEmpty)
          for row in rows { #expect(try row.decode(0) == id, "\(view)") }
          for statement in [
            "update registry.\(view) set \(column) = null", "delete from registry.\(view)",
          ] {
            let state = try await sqlState {
              try await loot.database.query(.init(unsafeSQL: statement))
            }
            #expect(state != nil, "\(statement)")
          }
        }
      }
    }

    /// Nor does a cell's login: what it may lock of the registry is less.
    @Test func whatItLocksHoldsNobodyUp() async throws {
      try await withLoot { loot in
        try await loot.database.withTransaction { transaction in
          for table in ["own_tenant", "own_hosts", "own_signing_keys", "migrations"] {
            try await transaction.query(
              .init(unsafeSQL: "lock table registry.\(table) in access share mode"))
          }
          try await RegistryMigrator(
            database: loot.fixture.owner, tenantMigrations: RegistryFixture.migrations
          ).migrate()
          try await loot.fixture.register("umbrella", isolation: .dedicated)
          _ = try await loot.fixture.administration.deployments.issueCredentials(
            slug: "initech", actor: "test")
        }
        for mode in ["access share", "row share", "share", "exclusive"] {
          let state = try await sqlState {
            try await loot.database.transaction([
              .init(unsafeSQL: "lock table registry.shared_privileges in \(mode) mode")
            ])
          }
          #expect(state == "42501", "\(mode)")
        }
      }
    }

    /// A function without a leak-proof mark runs after the barrier, and sees nothing of others.
    @Test func noPredicateLooksBehindTheBarrier() async throws {
      try await withLoot { loot in
        let rows = try await loot.database.query(
          "select count(*) from registry.own_tenant where 1 / (schema_name <> 't_globex')::int = 1")
        #expect(try rows[0].decode(0, as: Int.self) == 1)
      }
    }

    @Test func itBecomesNobodyElse() async throws {
      try await withLoot { loot in
        let roles = try await names(
          loot, "select rolname from pg_roles where rolname not in ('t_acme', 'terrace_t_acme')")
        for role in roles {
          let state = try await sqlState {
            try await loot.database.query(
              "select set_config('role', \(role), false), count(*) from registry.own_tenant")
          }
          #expect(state == "42501", "\(role)")
        }
        let password = String(decoding: loot.plan.password.bytes, as: UTF8.self)
        let logins = ["terrace_owner", "terrace_reader", "terrace_cell_1", "terrace_t_initech"]
        try await withThrowingTaskGroup(of: String?.self) { group in
          for login in logins {
            let foreign = loot.fixture.client.database(
              loot.fixture.ownerLogin.with(user: login, password: password))
            group.addTask { try await sqlState { try await foreign.query("select 1") } }
          }
          for try await state in group { #expect(state == "connectFailed") }
        }
      }
    }

    @Test func itReachesNoOtherSchemaAsItselfOrAsItsRole() async throws {
      try await withLoot { loot in
        let login = loot.fixture.tenantLogin(loot.tenant)
        let scoped = loot.fixture.client.database(
          login, scope: SessionScope(role: loot.tenant.role, schema: loot.tenant.schema))
        for schema in ["t_globex", "t_initech"] {
          for statement in [
            "select * from \(schema).item", "insert into \(schema).item (name) values ('x')",
            "update \(schema).item set name = 'x'", "delete from \(schema).item",
            "create table \(schema).mine ()", "select nextval('\(schema).item_id_seq')",
          ] {
            for database in [loot.database, scoped] {
              let state = try await sqlState {
                try await database.query(.init(unsafeSQL: statement))
              }
              #expect(state == "42501", "\(statement)")
            }
          }
        }
      }
    }

    @Test func itsKeyOpensItsOwnCopiesAlone() async throws {
      try await withLoot { loot in
        let rows = try await loot.fixture.superuser.query(
          """
          select s.tenant_id, s.kid, k.state, null, s.credential, s.key_version, s.sealed
          from registry.sealed_keys s join registry.signing_keys k using (kid)
          """)
        var opened: [TenantID?] = []
        for row in rows {
          let owner = TenantID(try row.decode(0, as: UUID.self))
          // As whichever tenant's it is passed off.
          for tenant in Set([owner, loot.tenant.tenant.id]) {
            let sealed = try DirectoryRows.signingKey(row, tenant)
            let keys = try TenantKeys(
              parsing: TenantKeys.text(loot.plan.key, credential: sealed.holder.credential ?? 1),
              tenant: tenant)
            if case .some(.some) = try? sealed.open(with: keys) { opened.append(owner) }
          }
        }
        #expect(rows.count == 7)
        #expect(opened == [loot.tenant.tenant.id, loot.tenant.tenant.id])
      }
    }

    @Test func itsLeaseHoldsUpNobodyElse() async throws {
      try await withLoot { loot in
        _ = try await GatewayLeaseStore(database: loot.database).renew(
          UUID(), gateway: "acme", revision: 0, lifetime: .seconds(600))
        let outcome = try await loot.fixture.administration.register(
          TenantRegistration(slug: "hooli", displayName: "Hooli"), actor: "test")
        #expect(outcome.pendingGateways == [])
      }
    }
  }
}
