import Testing

@testable import PostgresClient

struct GuardTests {
  private func guarded(_ fixture: TwoScopes, by name: String) -> PostgresDatabase {
    fixture.database("t_a").guarded(
      by: PostgresGuard(requiring: ["select from item where name = \(name)"]))
  }

  private func names(_ fixture: TwoScopes) async throws -> [String] {
    try await fixture.database("t_a").query("select name from item order by name")
      .map { try $0.decode(0) }
  }

  private func expectRefusal(
    sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> Void
  ) async {
    let error = await #expect(throws: PostgresError.self, sourceLocation: sourceLocation) {
      try await body()
    }
    #expect(error?.code == .guardRefused, sourceLocation: sourceLocation)
  }

  @Test func nothingRunsWhereTheGuardDoesNotHold() async throws {
    try await TwoScopes.run(configuration: .with { $0.maximumConnections = 1 }) { fixture in
      let database = guarded(fixture, by: "nobody")
      let insertion: PostgresQuery = "insert into item values (\("one"))"
      for _ in 0..<2 {
        await expectRefusal { _ = try await database.query(insertion) }
        await expectRefusal { _ = try await database.read("select 1", insertion) }
        await expectRefusal { _ = try await database.transaction([insertion]) }
        await expectRefusal {
          try await database.withTransaction { transaction in
            // Nor does anything run in a transaction that goes on all the same.
            let first = await #expect(throws: PostgresError.self) {
              try await transaction.query(insertion)
            }
            let second = await #expect(throws: PostgresError.self) {
              try await transaction.query(insertion)
            }
            #expect(second?.sqlState == "25P02")
            if let first { throw first }
          }
        }
      }
      let left = try await names(fixture)
      #expect(left == ["t_a"])
    }
  }

  @Test func allRunsWhereTheGuardHolds() async throws {
    try await TwoScopes.run(configuration: .with { $0.maximumConnections = 1 }) { fixture in
      let database = guarded(fixture, by: "t_a")
      for number in 0..<2 {
        #expect(try await database.query("select name from item").count == 1 + number * 4)
        let inserted = try await database.transaction([
          "insert into item values (\("a\(number)"))", "insert into item values (\("b\(number)"))",
        ])
        #expect(inserted.map(\.affectedRows) == [1, 1])
        try await database.withTransaction { transaction in
          try await transaction.query("insert into item values (\("c\(number)"))")
          try await transaction.query("insert into item values (\("d\(number)"))")
        }
        let rows = try await database.read("select 1", "select name from item")
        #expect(rows.map(\.count) == [1, 1 + (number + 1) * 4])
      }
    }
  }

  /// A division by zero of another statement is not the guard's refusal.
  @Test func onlyTheGuardsOwnFailureIsARefusal() async throws {
    try await TwoScopes.run { fixture in
      let error = await #expect(throws: PostgresError.self) {
        try await guarded(fixture, by: "t_a").query("select 1/(\(0)::int)")
      }
      #expect(error?.code == .server && error?.sqlState == "22012")
      let broken = fixture.database("t_a").guarded(
        by: PostgresGuard(requiring: ["select from gone"]))
      let failure = await #expect(throws: PostgresError.self) { try await broken.query("select 1") }
      #expect(failure?.code == .server && failure?.sqlState == "42P01")
    }
  }

  @Test func guardsAddUpAndGoAlongToAnotherServer() async throws {
    try await TwoScopes.run { fixture in
      let database = guarded(fixture, by: "t_a").guarded(
        by: PostgresGuard(requiring: ["select from item where name = \("nobody")"]))
      let moved = database.on(host: fixture.cell.host, port: fixture.cell.port)
      for guarded in [database, moved] {
        await expectRefusal { _ = try await guarded.query("select 1") }
      }
      let allowed = guarded(fixture, by: "t_a").on(
        host: fixture.cell.host, port: fixture.cell.port)
      let rows = try await allowed.query("select 1")
      #expect(rows.count == 1)
    }
  }

  @Test func aRefusalTellsTheFirstConditionThatDoesNotHold() async throws {
    try await TwoScopes.run(configuration: .with { $0.maximumConnections = 1 }) { fixture in
      func condition(_ holds: Bool) -> PostgresQuery {
        "select from item where name = \("t_a") and \(holds)"
      }
      for number in 0..<8 {
        let holds = (0..<3).map { number & (1 << $0) != 0 }
        for count in 1...3 {
          let database = fixture.database("t_a").guarded(
            by: PostgresGuard(requiring: holds.prefix(count).map(condition)))
          let expected = holds.prefix(count).firstIndex(of: false)
          // Parsed for this once, then prepared.
          for _ in 0..<3 {
            var error: PostgresError?
            do throws(PostgresError) {
              _ = try await database.query("select 1")
            } catch let refusal {
              error = refusal
            }
            #expect(error?.code == (expected == nil ? nil : .guardRefused))
            #expect(error?.failedCondition == expected)
          }
        }
      }
    }
  }

  @Test func conditionsAfterTheFirstThatDoesNotHoldAreNotLookedAt() async throws {
    try await TwoScopes.run { fixture in
      for divisor in [0, 1] {
        let database = fixture.database("t_a").guarded(
          by: PostgresGuard(requiring: [
            "select from item where name = \("nobody")",
            "select from item where length(name) / \(divisor)::int > 0",
          ]))
        let error = await #expect(throws: PostgresError.self) {
          try await database.query("select 1")
        }
        #expect(error?.code == .guardRefused && error?.failedCondition == 0)
      }
    }
  }

  /// The SQLSTATE of a condition that the guard does not have stands for none of its.
  @Test func anErrorWithinAConditionIsNoRefusalOfAnother() async throws {
    try await TwoScopes.run { fixture in
      let database = fixture.database("t_a").guarded(
        by: PostgresGuard(requiring: ["select from item where sqrt(\(-1)::int) > 0"]))
      let error = await #expect(throws: PostgresError.self) { try await database.query("select 1") }
      #expect(error?.code == .server && error?.sqlState == "2201F")
    }
  }

  @Test func conditionsOfSeveralGuardsAreCountedOn() async throws {
    try await TwoScopes.run { fixture in
      let database = guarded(fixture, by: "t_a").guarded(
        by: PostgresGuard(requiring: [
          "select from item", "select from item where name = \("nobody")",
        ]))
      let error = await #expect(throws: PostgresError.self) { try await database.query("select 1") }
      #expect(error?.failedCondition == 2)
    }
  }

  /// The server replans a guard whose table has changed.
  @Test func aGuardOutlivesAChangeOfItsTable() async throws {
    try await TwoScopes.run(configuration: .with { $0.maximumConnections = 1 }) { fixture in
      let database = guarded(fixture, by: "t_a")
      for _ in 0..<3 { _ = try await database.query("select 1") }
      let owner = fixture.client.database(fixture.superuser)
      _ = try await owner.query(
        PostgresQuery(unsafeSQL: "alter table t_a.item add column extra integer"))
      #expect(try await database.query("select 1").count == 1)
    }
  }
}
