import PostgresClient
import RegistryTestSupport
import Tenancy
import TestSupport
import Testing

@testable import TenantRegistry

extension DatabaseTests {
  /// Logins of revoked credentials, of which one makes itself hard to remove.
  @Suite struct RevocationTests {
    private struct Fixture: Sendable {
      let registry: RegistryFixture
      /// The one that is removed first.
      let acme: PostgresLogin
      let globex: PostgresLogin

      /// What is left of a login.
      func rights(of login: String) async throws -> [String] {
        try await registry.superuser.query(
          """
          select 'login' from pg_roles where rolname = \(login) and rolcanlogin
          union all select 'member of ' || m.roleid::regrole from pg_auth_members m
            where m.member = to_regrole(\(login))
          union all select 'connect' from pg_roles where rolname = \(login)
            and has_database_privilege(oid, current_database(), 'connect')
          union all select 'session' from pg_stat_activity where usename = \(login)
            and backend_type = 'client backend'
          """
        ).map { try $0.decode(0) }
      }

      func exists(_ login: String) async throws -> Bool {
        try await !registry.superuser.query("select from pg_roles where rolname = \(login)").isEmpty
      }

      func revoke() async throws {
        _ = try await registry.owner.transaction([
          "delete from registry.sealed_keys where credential is not null",
          "update registry.credentials set revoked_at = now()",
        ])
      }
    }

    private func withTwoLogins(_ body: @Sendable (Fixture) async throws -> Void) async throws {
      try await withRegistry { registry in
        let acme = try await registry.register("acme", isolation: .dedicated)
        let globex = try await registry.register("globex", isolation: .dedicated)
        try await body(
          Fixture(
            registry: registry, acme: registry.tenantLogin(acme),
            globex: registry.tenantLogin(globex)))
      }
    }

    @Test func aLoginThatCannotBeDroppedIsRevokedAndHoldsUpNoOther() async throws {
      try await withTwoLogins { fixture in
        let client = fixture.registry.client
        // What it owns elsewhere, no statement in this database can drop.
        var elsewhere = fixture.registry.superuserLogin
        elsewhere.database = "postgres"
        _ = try await client.database(elsewhere).transaction([
          .init(unsafeSQL: "create table public.owned ()"),
          .init(unsafeSQL: "alter table public.owned owner to \(fixture.acme.user)"),
        ])
        for login in [fixture.acme, fixture.globex] {
          _ = try await client.database(login).query("select from registry.own_tenant")
        }
        try await fixture.revoke()
        try await fixture.registry.administration.deployments.retireSuperseded()

        #expect(try await !fixture.exists(fixture.globex.user))
        #expect(try await fixture.exists(fixture.acme.user))
        try await eventually("its sessions end") {
          try await fixture.rights(of: fixture.acme.user) == []
        }
        let warnings = try await DatabaseCheck(fixture.registry.reader).warnings().map(\.problem)
        let finding = "\(fixture.acme.user) owns something in postgres"
        #expect(warnings.contains { $0.contains(finding) })
        // Once it can be dropped, it is.
        _ = try await client.database(elsewhere).query("drop table public.owned")
        try await fixture.registry.administration.deployments.retireSuperseded()
        #expect(try await !fixture.exists(fixture.acme.user))
      }
    }

    /// A login may change its own password, and until that is committed nobody else can change it.
    @Test func aLoginThatLocksItselfIsRevokedAndHoldsUpNoOther() async throws {
      try await withTwoLogins { fixture in
        let database = fixture.registry.client.database(fixture.acme)
        let state = try await sqlState {
          try await database.withTransaction { transaction in
            try await transaction.query("alter role current_user password 'mine'")
            try await fixture.revoke()
            try await fixture.registry.administration.deployments.retireSuperseded()
            #expect(try await !fixture.exists(fixture.globex.user))
            #expect(try await !fixture.exists(fixture.acme.user))
            try await transaction.query("select 1")
          }
        }
        #expect(["57P01", "connectionLost"].contains(state), "\(state ?? "it goes on")")
      }
    }

    /// More of them than one transaction can lock.
    @Test func aLoginWithThirtyThousandLargeObjectsIsDropped() async throws {
      try await withTwoLogins { fixture in
        _ = try await fixture.registry.superuser.query(
          "grant execute on function lo_create(oid) to public")
        let database = fixture.registry.client.database(fixture.acme)
        for _ in 0..<10 {
          _ = try await database.query("select count(lo_create(0)) from generate_series(1, 3000)")
        }
        try await fixture.revoke()
        try await fixture.registry.administration.deployments.retireSuperseded()
        #expect(try await !fixture.exists(fixture.acme.user))
        #expect(try await !fixture.exists(fixture.globex.user))
        let left = try await fixture.registry.superuser.query(
          "select count(*) from pg_largeobject_metadata")
        #expect(try left[0].decode(0, as: Int.self) == 0)
      }
    }
  }
}
