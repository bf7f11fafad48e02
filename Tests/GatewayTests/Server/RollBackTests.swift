import PostgresClient
import Testing

@testable import Gateway
@testable import TenantRegistry

/// A release on the schema of the one that follows it, as after a roll-back.
struct RollBackTests {
  /// What the next release's migrations might do.
  private static func migrateFurther(_ fixture: ServerFixture, needs: Int) async throws {
    for statement: PostgresQuery in [
      "alter table registry.tenants add column plan text not null default 'free'",
      "alter table t_acme.app_user add column spare text not null default ''",
      """
      insert into registry.migrations (target, number, name, checksum, needs)
      select target, max(number) + 1, 'further', 'x', \(needs) from registry.migrations
      group by target
      """,
      "update registry.tenants set schema_version = schema_version + 1",
    ] {
      _ = try await fixture.asSuperuser(statement)
    }
  }

  private static func register(_ server: RunningServer, _ slug: String) async throws -> UInt {
    try await server.call(
      "\(slug).localhost", "/register", .POST,
      json: #"{"username":"\#(UInt64.random(in: 0...UInt64.max))","password":"correct horse"}"#
    ).status
  }

  @Test func servesAndRegistersTenantsOnASchemaThatOnlyGrew() async throws {
    try await ServerFixture.run { fixture in
      try await fixture.serve { server in try await server.addTenant("acme") }
      try await Self.migrateFurther(fixture, needs: 0)
      try await fixture.serve { server in
        #expect(try await Self.register(server, "acme") == 200)
        try await server.addTenant("globex")
        #expect(try await Self.register(server, "globex") == 200)
      }
    }
  }

  @Test func doesNotStartOnASchemaThatNeedsANewerBuildAndSaysSo() async throws {
    try await ServerFixture.run { fixture in
      try await fixture.serve { server in try await server.addTenant("acme") }
      try await Self.migrateFurther(fixture, needs: 99)
      let error = await #expect(throws: MigrationError.self) {
        try await fixture.serve { _ in Issue.record("it serves") }
      }
      #expect(error?.description.hasSuffix(": run a newer build") == true)
    }
  }
}
