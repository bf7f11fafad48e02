import PostgresClient
import RegistryTestSupport
import Testing

@testable import TenantRegistry

extension DatabaseTests {
  @Suite struct DatabaseBootstrapTests {
    @Test func leavesNothingForTheCheckToFindAndCanBeRunAgain() async throws {
      try await withRegistry(migrated: false) { fixture in
        try await fixture.bootstrap().apply(
          client: fixture.client, superuser: fixture.superuserLogin)
        #expect(try await DatabaseCheck(fixture.owner).findings() == [])
        #expect(try await DatabaseCheck(fixture.reader).findings() == [])
      }
    }

    @Test(arguments: ["LATIN1", "SQL_ASCII"])
    func aDatabaseThatIsNotUTF8IsRefused(encoding: String) async throws {
      try await withRegistry(migrated: false) { fixture in
        _ = try await fixture.superuser.query(
          .init(
            unsafeSQL: "create database other template template0 encoding '\(encoding)' locale 'C'")
        )
        var login = fixture.superuserLogin
        login.database = "other"
        let roles = try #require(DatabaseRoles(prefix: "other"))
        let other = fixture.client.database(login)
        let refused = await #expect(throws: DatabaseEncoding.NotUTF8.self) {
          try await DatabaseBootstrap(database: "other", roles: roles).apply(
            client: fixture.client, superuser: login)
        }
        #expect(refused?.description.contains("is \(encoding)") == true)
        #expect(refused?.description.contains("ENCODING 'UTF8'") == true)
        await #expect(throws: DatabaseEncoding.NotUTF8.self) {
          try await DatabaseEncoding.requireUTF8(other)
        }
        let problems = try await DatabaseCheck(other).findings().map(\.problem)
        #expect(problems.count == 1)
        #expect(problems.first?.contains("is \(encoding)") == true)
        _ = try await fixture.superuser.query("drop database other with (force)")
      }
    }

    @Test func checkNamesASettingThatNoConnectionCanMakeForItself() async throws {
      try await withRegistry(migrated: false) { fixture in
        _ = try await fixture.superuser.query(
          "alter database terrace set session_replication_role = replica")
        let problems = try await DatabaseCheck(fixture.reader).findings().map(\.problem)
        #expect(problems.count == 1)
        #expect(problems.first?.hasPrefix("session_replication_role") == true)
      }
    }

    @Test func statesNoPasswordInClear() {
      let bootstrap = DatabaseBootstrap(
        database: "terrace", ownerPassword: Secret(Array("open sesame".utf8)))
      #expect(bootstrap.statements.contains { $0.contains("SCRAM-SHA-256$") })
      #expect(!bootstrap.statements.contains { $0.contains("open sesame") })
    }

    @Test func isRefusedToALoginThatIsNoSuperuser() async throws {
      try await withRegistry(migrated: false) { fixture in
        _ = try await fixture.superuser.query(
          "grant connect on database postgres to terrace_owner")
        await #expect(throws: DatabaseBootstrap.NotSuperuser.self) {
          try await fixture.bootstrap().apply(
            client: fixture.client, superuser: fixture.ownerLogin)
        }
      }
    }

    @Test func checkNamesMoreConnectionsThanTheServerAllows() async throws {
      try await withRegistry(migrated: false) { fixture in
        let allowed: Int = try await fixture.superuser.query(
          """
          select current_setting('max_connections')::integer
            - current_setting('superuser_reserved_connections')::integer
          """)[0].decode(0)
        let fitting = DatabaseCheck(fixture.reader, connections: allowed)
        #expect(try await fitting.findings() == [])
        let findings = try await DatabaseCheck(fixture.reader, connections: allowed + 1).findings()
        #expect(findings.count == 1)
        #expect(findings.first?.problem.contains("the server allows \(allowed)") == true)
      }
    }

    /// Each undoes one thing that bootstrap does.
    static let defects = [
      "grant connect on database terrace to public": "every role may connect",
      "grant temporary on database terrace to public": "temporary tables",
      "grant execute on function pg_catalog.set_config(text, text, boolean) to public":
        "set_config",
      "grant usage on schema public to public": "schema public",
      "grant usage on language plpgsql to public": "every role may use the language plpgsql",
      "alter default privileges for role terrace_owner grant execute on functions to public":
        "functions that terrace_owner creates",
      "alter role terrace_owner nocreaterole": "terrace_owner is not",
      "alter role terrace_reader createrole": "terrace_reader is not",
      "grant pg_read_all_data to terrace_reader": "terrace_reader is not",
      "alter database terrace owner to postgres": "does not belong to terrace_owner",
      "revoke usage on language plpgsql from terrace_owner": "hand out",
      "create role terrace_cell_9 login noinherit": "cannot switch to its tenants' roles",
      "create role terrace_t_y login inherit": "inherits them: terrace_t_y",
      "create role terrace_t_x login noinherit bypassrls": "terrace_t_x",
    ]

    @Test func checkNamesEachDefectAndOnlyThat() async throws {
      try await withRegistry(migrated: false) { fixture in
        for (defect, message) in Self.defects.sorted(by: { $0.key < $1.key }) {
          _ = try await fixture.superuser.query(PostgresQuery(unsafeSQL: defect))
          let findings = try await DatabaseCheck(fixture.reader).findings()
          #expect(findings.count == 1, "\(defect): \(findings)")
          #expect(findings.first?.problem.contains(message) == true, "\(defect): \(findings)")
          _ = try await fixture.superuser.transaction([
            "drop role if exists terrace_cell_9", "drop role if exists terrace_t_x",
            "drop role if exists terrace_t_y",
            "revoke pg_read_all_data from terrace_reader",
          ])
          try await fixture.bootstrap().apply(
            client: fixture.client, superuser: fixture.superuserLogin)
        }
        #expect(try await DatabaseCheck(fixture.reader).findings() == [])
      }
    }

    /// What opens a tenant to somebody else, what the check says of it, and what takes it back.
    private static let openings: [(defect: String, message: String, undo: String)] = [
      (
        "alter role t_acme bypassrls", "rights than it needs: t_acme",
        "alter role t_acme nobypassrls"
      ),
      ("alter role t_acme login", "rights than it needs: t_acme", "alter role t_acme nologin"),
      ("grant t_globex to t_acme", "t_globex of t_acme", "revoke t_globex from t_acme"),
      (
        "grant pg_read_all_data to terrace_cell_1", "pg_read_all_data of terrace_cell_1",
        "revoke pg_read_all_data from terrace_cell_1"
      ),
      (
        "grant t_acme to terrace_reader", "terrace_reader is not a plain login",
        "revoke t_acme from terrace_reader"
      ),
      (
        "grant execute on function pg_catalog.set_config(text, text, boolean) to t_acme",
        "could switch: t_acme",
        "revoke execute on function pg_catalog.set_config(text, text, boolean) from t_acme"
      ),
      (
        "grant usage on schema t_acme to t_globex", "t_acme by t_globex",
        "revoke usage on schema t_acme from t_globex"
      ),
      (
        "grant usage on schema t_acme to terrace_cell_1", "t_acme by terrace_cell_1",
        "revoke usage on schema t_acme from terrace_cell_1"
      ),
      (
        "grant usage on schema t_acme to public", "t_acme by PUBLIC",
        "revoke usage on schema t_acme from public"
      ),
    ]

    @Test func checkNamesWhoeverCouldBecomeOrReadATenant() async throws {
      try await withRegistry { fixture in
        for slug in ["acme", "globex"] { try await fixture.register(slug) }
        // What an operator grants to a login of his own is his business.
        _ = try await fixture.superuser.query("create role reporting login in role t_acme")
        _ = try await fixture.superuser.query("grant usage on schema t_globex to reporting")
        #expect(try await DatabaseCheck(fixture.reader).findings() == [])
        for (defect, message, undo) in Self.openings {
          _ = try await fixture.superuser.query(PostgresQuery(unsafeSQL: defect))
          let problems = try await DatabaseCheck(fixture.reader).findings().map(\.problem)
          #expect(problems.contains { $0.contains(message) }, "\(defect): \(problems)")
          _ = try await fixture.superuser.query(PostgresQuery(unsafeSQL: undo))
        }
        #expect(try await DatabaseCheck(fixture.reader).findings() == [])
      }
    }

    @Test func checkNamesALoginThatInheritsATenantsRights() async throws {
      try await withRegistry { fixture in
        try await fixture.register("acme")
        let version = try await fixture.superuser.query(
          "select current_setting('server_version_num')::integer")[0].decode(0, as: Int.self)
        // Before PostgreSQL 16 inheriting is a matter of the login alone.
        guard version >= 160_000 else { return }
        _ = try await fixture.superuser.query(
          "grant t_acme to terrace_cell_1 with inherit true")
        let problems = try await DatabaseCheck(fixture.reader).findings().map(\.problem)
        #expect(problems.count == 1)
        #expect(problems.first?.hasSuffix("t_acme of terrace_cell_1") == true)
      }
    }

    @Test func checkRefusesASuperuser() async throws {
      try await withRegistry(migrated: false) { fixture in
        let findings = try await DatabaseCheck(fixture.superuser).findings()
        #expect(findings.map(\.problem) == ["this process logs in as the superuser postgres"])
      }
    }
  }
}
