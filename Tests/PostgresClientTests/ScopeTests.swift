import Testing

@testable import PostgresClient

struct ScopeTests {
  @Test func eachScopeSeesItsOwnSchemaOnOneConnection() async throws {
    try await TwoScopes.run(configuration: .with { $0.maximumConnections = 1 }) { fixture in
      for role in ["t_a", "t_b", "t_a", "t_b"] {
        let rows = try await fixture.database(role).query("select name, current_user from item")
        #expect(try rows[0].decode(0, as: String.self) == role)
        #expect(try rows[0].decode(1, as: String.self) == role)
      }
    }
  }

  @Test func aScopeIsRefusedAnothersTable() async throws {
    try await TwoScopes.run { fixture in
      let error = await #expect(throws: PostgresError.self) {
        try await fixture.database("t_a").query("select name from t_b.item")
      }
      #expect(error?.sqlState == "42501")
      let rows = try await fixture.database("t_a").query("select name from item")
      #expect(rows.count == 1)
    }
  }

  @Test func theSwitchEndsWithTheTransactionWhetherItSucceedsOrFails() async throws {
    try await TwoScopes.run(configuration: .with { $0.maximumConnections = 1 }) { fixture in
      let login = fixture.client.database(fixture.cell)
      for sql in ["select 1", "select 1/0"] {
        _ = try? await fixture.database("t_a").query(PostgresQuery(unsafeSQL: sql))
        let rows = try await login.query(
          "select current_user, current_setting('search_path'), current_setting('role')")
        #expect(try rows[0].decode(0, as: String.self) == "cell")
        #expect(try rows[0].decode(1, as: String.self) == #""$user", public"#)
        #expect(try rows[0].decode(2, as: String.self) == "none")
      }
    }
  }

  @Test func aSettingIsMadeForTheTransactionAndPrintedNowhere() async throws {
    try await TwoScopes.run(configuration: .with { $0.maximumConnections = 1 }) { fixture in
      let scope = SessionScope(
        role: "t_a", schema: "t_a",
        settings: [.init("app.key", "open sesame"), .init("app.x", "y")],
        restoresSession: true)
      let gated = fixture.client.database(fixture.cell, scope: scope)
      let key: PostgresQuery = "select coalesce(current_setting('app.key', true), '')"
      func text(_ database: PostgresDatabase) async throws -> String {
        try await database.query(key)[0].decode(0)
      }
      #expect(try await text(gated) == "open sesame")
      let rows = try await gated.transaction([key])
      #expect(try rows[0][0].decode(0, as: String.self) == "open sesame")
      let other = try await gated.query("select current_setting('app.x', true)")
      #expect(try other[0].decode(0, as: String.self) == "y")
      #expect(try await text(fixture.database("t_a")) == "")
      #expect(try await text(fixture.client.database(fixture.cell)) == "")
      let error = await #expect(throws: PostgresError.self) { try await gated.query("select 1/0") }
      var printed = ""
      dump((scope, gated, error), to: &printed)
      printed += "\(scope)\(scope.settings)\(gated)\(String(reflecting: error))"
      #expect(!printed.contains("sesame"))
    }
  }

  @Test func aRoleThatDoesNotExistRunsNothing() async throws {
    try await TwoScopes.run { fixture in
      let nobody = fixture.client.database(
        fixture.cell, scope: SessionScope(role: "t_nobody", schema: "t_a"))
      await #expect(throws: PostgresError.self) { try await nobody.query("select 1") }
      let rows = try await fixture.database("t_a").query("select name from item")
      #expect(rows.count == 1)
    }
  }
}
