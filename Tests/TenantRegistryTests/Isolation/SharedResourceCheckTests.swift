import PostgresClient
import RegistryTestSupport
import Testing

@testable import TenantRegistry

extension DatabaseTests {
  /// What `terrace doctor` says of what one tenant can take from all.
  @Suite struct SharedResourceCheckTests {
    /// What undoes one bound, what is said of it, and what puts it back.
    private static let defects: [(defect: String, message: String, undo: String)] = [
      (
        "grant execute on function pg_try_advisory_lock(bigint) to public",
        "pg_try_advisory_lock(bigint)",
        "revoke execute on function pg_try_advisory_lock(bigint) from public"
      ),
      (
        "grant execute on function pg_notify(text, text) to public", "pg_notify(text,text)",
        "revoke execute on function pg_notify(text, text) from public"
      ),
      (
        "grant execute on function lo_create(oid) to public", "lo_create(oid)",
        "revoke execute on function lo_create(oid) from public"
      ),
      (
        "grant connect on database postgres to public", "other databases of the server: postgres",
        "revoke connect on database postgres from public"
      ),
      (
        "grant connect on database template1 to public", "other databases of the server: template1",
        "revoke connect on database template1 from public"
      ),
      (
        "alter role terrace_cell_1 reset temp_file_limit", "temporary files: terrace_cell_1",
        "alter role terrace_cell_1 set temp_file_limit = '256MB'"
      ),
      (
        "alter role terrace_t_acme connection limit -1", "more than ten connections",
        "alter role terrace_t_acme connection limit 10"
      ),
    ]

    @Test func warnsOfEachBoundThatIsGoneAndRefusesNothing() async throws {
      try await withRegistry { fixture in
        try await fixture.register("acme", isolation: .dedicated)
        let check = DatabaseCheck(fixture.reader)
        #expect(try await check.warnings() == [])
        for (defect, message, undo) in Self.defects {
          _ = try await fixture.superuser.query(.init(unsafeSQL: defect))
          let warnings = try await check.warnings().map(\.problem)
          #expect(warnings.count == 1, "\(defect): \(warnings)")
          #expect(warnings.first?.contains(message) == true, "\(defect): \(warnings)")
          #expect(try await check.findings() == [], "\(defect)")
          _ = try await fixture.superuser.query(.init(unsafeSQL: undo))
        }
        #expect(try await check.warnings() == [])
      }
    }

    @Test func namesOtherPeoplesDatabasesAndLeavesThemOpen() async throws {
      try await withRegistry { fixture in
        _ = try await fixture.superuser.query("create database \"some\u{202E}body\"")
        try await fixture.bootstrap().apply(
          client: fixture.client, superuser: fixture.superuserLogin)
        let warnings = try await DatabaseCheck(fixture.reader).warnings().map(\.problem)
        #expect(warnings.count == 1)
        #expect(warnings.first?.hasSuffix("of the server: some\u{FFFD}body") == true)
        _ = try await fixture.superuser.query("drop database \"some\u{202E}body\"")
      }
    }

    /// Without its grants no tenant could be registered: that is no warning.
    @Test func refusesAnOwnerThatCannotNotify() async throws {
      try await withRegistry { fixture in
        _ = try await fixture.superuser.query(
          "revoke execute on function pg_notify(text, text) from terrace_owner")
        let findings = try await DatabaseCheck(fixture.reader).findings()
        #expect(findings.map(\.remedy) == ["terrace bootstrap"])
      }
    }

    /// What was there before the bounds were gets them by bootstrap.
    @Test func bootstrapBoundsTheLoginsThatAreThere() async throws {
      try await withRegistry { fixture in
        try await fixture.register("acme", isolation: .dedicated)
        for login in ["terrace_cell_1", "terrace_t_acme"] {
          _ = try await fixture.superuser.query(.init(unsafeSQL: "alter role \(login) reset all"))
        }
        #expect(try await DatabaseCheck(fixture.reader).warnings().count == 1)
        try await fixture.bootstrap().apply(
          client: fixture.client, superuser: fixture.superuserLogin)
        #expect(try await DatabaseCheck(fixture.reader).warnings() == [])
      }
    }
  }
}
