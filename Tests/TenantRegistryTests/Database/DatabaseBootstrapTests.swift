import PostgresClient
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

    @Test func checkRefusesASuperuser() async throws {
      try await withRegistry(migrated: false) { fixture in
        let findings = try await DatabaseCheck(fixture.superuser).findings()
        #expect(findings.map(\.problem) == ["this process logs in as the superuser postgres"])
      }
    }
  }
}
