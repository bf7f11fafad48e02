import Testing

@testable import PostgresClient

struct TransactionTests {
  private struct Abandoned: Error {}

  private func expectNames(
    _ expected: [String], _ fixture: TwoScopes, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let rows = try await fixture.database("t_a").query("select name from item order by name")
    let names = try rows.map { try $0.decode(0, as: String.self) }
    #expect(names == expected, sourceLocation: sourceLocation)
  }

  @Test func aBatchTakesEffectAsAWholeOrNotAtAll() async throws {
    try await TwoScopes.run { fixture in
      let database = fixture.database("t_a")
      let error = await #expect(throws: PostgresError.self) {
        try await database.transaction([
          "insert into item values (\("one"))", "insert into item values (\("t_a"))",
        ])
      }
      #expect(error?.sqlState == "23505")
      #expect(error?.violates("item_name_key") == true)
      try await expectNames(["t_a"], fixture)
      let inserted = try await database.transaction(["insert into item values (\("one"))"])
      #expect(inserted[0].affectedRows == 1)
      try await expectNames(["one", "t_a"], fixture)
    }
  }

  @Test func aClosureThatThrowsRollsBackAndTheConnectionIsClean() async throws {
    try await TwoScopes.run(configuration: .with { $0.maximumConnections = 1 }) { fixture in
      await #expect(throws: Abandoned.self) {
        try await fixture.database("t_a").withTransaction { transaction in
          try await transaction.query("insert into item values (\("one"))")
          throw Abandoned()
        }
      }
      try await expectNames(["t_a"], fixture)
    }
  }

  @Test func theLastStatementsCommitInTheSameRoundTrip() async throws {
    try await TwoScopes.run(configuration: .with { $0.maximumConnections = 1 }) { fixture in
      for isFirst in [true, false] {
        await #expect(throws: Abandoned.self) {
          try await fixture.database("t_a").withTransaction { transaction in
            if !isFirst { try await transaction.query("insert into item values (\("one"))") }
            let last = isFirst ? "two" : "three"
            _ = try await transaction.queryAndCommit(["insert into item values (\(last))"])
            // It takes nothing back.
            throw Abandoned()
          }
        }
      }
      try await expectNames(["one", "t_a", "three", "two"], fixture)
    }
  }

  @Test func lastStatementsThatFailCommitNothing() async throws {
    try await TwoScopes.run(configuration: .with { $0.maximumConnections = 1 }) { fixture in
      await #expect(throws: PostgresError.self) {
        try await fixture.database("t_a").withTransaction { transaction in
          try await transaction.query("insert into item values (\("one"))")
          _ = try await transaction.queryAndCommit([
            "insert into item values (\("two"))", "select 1/(length(\("")))",
          ])
        }
      }
      try await expectNames(["t_a"], fixture)
    }
  }

  @Test func aTransactionThatGoesOnAfterAnErrorDoesNotPretendToCommit() async throws {
    try await TwoScopes.run { fixture in
      let error = await #expect(throws: PostgresError.self) {
        try await fixture.database("t_a").withTransaction { transaction in
          try await transaction.query("insert into item values (\("one"))")
          _ = try? await transaction.query(.init(unsafeSQL: "select 1/0"))
        }
      }
      #expect(error?.sqlState == "25P02")
      try await expectNames(["t_a"], fixture)
    }
  }

  @Test func statementsOfATransactionShareItsScope() async throws {
    try await TwoScopes.run { fixture in
      try await fixture.database("t_b").withTransaction { transaction in
        for _ in 0..<3 {
          let rows = try await transaction.query("select name from item")
          #expect(try rows[0].decode(0, as: String.self) == "t_b")
        }
      }
    }
  }

  @Test func aCancelledTransactionRollsBackAndFreesItsConnection() async throws {
    try await TwoScopes.run(configuration: .with { $0.maximumConnections = 1 }) { fixture in
      let (started, start) = AsyncStream.makeStream(of: Void.self)
      let task = Task {
        try await fixture.database("t_a").withTransaction { transaction in
          try await transaction.query("insert into item values (\("one"))")
          start.finish()
          try await transaction.query(.init(unsafeSQL: "select pg_sleep(60)"))
        }
      }
      for await _ in started {}
      task.cancel()
      let error = await #expect(throws: PostgresError.self) { try await task.value }
      #expect(error?.code == .cancelled)
      try await expectNames(["t_a"], fixture)
    }
  }

  @Test func aFailedTransactionKeepsItsConnectionWhenStatementsMakeRoomForOthers() async throws {
    let configuration = PostgresClientConfiguration.with {
      $0.maximumConnections = 1
      $0.statementMemory = 20_000
      $0.queueTimeout = .seconds(20)
    }
    try await TwoScopes.run(configuration: configuration) { fixture in
      let database = fixture.database("t_a")
      for _ in 0..<3 {
        let error = await #expect(throws: PostgresError.self) {
          try await database.withTransaction { transaction in
            try await transaction.query("select name from item")
            try await transaction.query("select name from item where name = \("one")")
            try await transaction.query("insert into item values (\("t_a"))")
          }
        }
        #expect(error?.sqlState == "23505")
        try await expectNames(["t_a"], fixture)
      }
    }
  }

  @Test func aStatementThatCannotBeSentDoesNotBeginTheTransaction() async throws {
    try await TwoScopes.run { fixture in
      try await fixture.database("t_a").withTransaction { transaction in
        let error = await #expect(throws: PostgresError.self) {
          try await transaction.query("insert into item values (\("a\0b"))")
        }
        #expect(error?.sqlState == "22021")
        let role = try await transaction.query("select current_user::text")
        #expect(try role[0].decode(0, as: String.self) == "t_a")
      }
    }
  }

  @Test func aSnapshotReadsWhatWasThereAtItsFirstStatement() async throws {
    try await TwoScopes.run { fixture in
      let database = fixture.database("t_a")
      let count: PostgresQuery = "select count(*) from item"
      let counts = try await database.withTransaction(as: .snapshot) { transaction in
        let before = try await transaction.query(count)[0].decode(0, as: Int.self)
        _ = try await fixture.database("t_a").transaction(["insert into item values (\("one"))"])
        return [before, try await transaction.query(count)[0].decode(0, as: Int.self)]
      }
      #expect(counts == [1, 1])
      try await expectNames(["one", "t_a"], fixture)
    }
  }

  @Test func aSnapshotRefusesToWrite() async throws {
    try await TwoScopes.run { fixture in
      let error = await #expect(throws: PostgresError.self) {
        try await fixture.database("t_a").withTransaction(as: .snapshot) { transaction in
          try await transaction.query("insert into item values (\("one"))")
        }
      }
      #expect(error?.sqlState == "25006")
      try await expectNames(["t_a"], fixture)
    }
  }
}
