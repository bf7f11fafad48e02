import Foundation
import Testing

@testable import PostgresClient

struct StatementTests {
  @Test func valuesComeBackAsTheyWereBound() async throws {
    try await TwoScopes.run { fixture in
      let uuid = UUID()
      let date = Date(timeIntervalSince1970: 1_700_000_000.123456)
      let nothing: String? = nil
      let bytes: [UInt8] = [0, 1, 127, 128, 255]
      let row = try await fixture.client.database(fixture.cell).query(
        """
        select \(Int64.min)::bigint, \("it's \"x\" ; -- é")::text, \(true)::boolean, \(uuid)::uuid,
          \(bytes)::bytea, \(date)::timestamptz, \(nothing)::text, \(["a,b", "c\"\\"])::text[]
        """)[0]
      #expect(try row.decode(0, as: Int64.self) == .min)
      #expect(try row.decode(1, as: String.self) == "it's \"x\" ; -- é")
      #expect(try row.decode(2, as: Bool.self))
      #expect(try row.decode(3, as: UUID.self) == uuid)
      #expect(try row.decode(4, as: [UInt8].self) == bytes)
      #expect(abs(try row.decode(5, as: Date.self).timeIntervalSince(date)) < 0.000_001)
      #expect(try row.decodeIfPresent(6, as: String.self) == nil)
      #expect(try row.decode(7, as: String.self) == #"{"a,b","c\"\\"}"#)
    }
  }

  @Test func aWrongTypeOrANullIsADecodingError() async throws {
    try await TwoScopes.run { fixture in
      let row = try await fixture.client.database(fixture.cell).query("select 'x', null")[0]
      #expect(throws: PostgresError.self) { try row.decode(0, as: Int.self) }
      #expect(throws: PostgresError.self) { try row.decode(1, as: String.self) }
    }
  }

  @Test func aNULByteIsRefusedInsteadOfCuttingTheText() async throws {
    try await TwoScopes.run { fixture in
      let error = await #expect(throws: PostgresError.self) {
        try await fixture.database("t_a").query("select \("a\0b")::text")
      }
      #expect(error?.sqlState == "22021")
    }
  }

  @Test(arguments: [true, false])
  func aHugeResultArrivesWhole(onEventLoop: Bool) async throws {
    try await TwoScopes.run(onEventLoop: onEventLoop) { fixture in
      let rows = try await fixture.database("t_a").query(
        "select name || repeat('x', 999999) from item, generate_series(1, 30)")
      #expect(rows.count == 30)
      for row in rows {
        let text: String = try row.decode(0)
        #expect(text.utf8.count == "t_a".utf8.count + 999999)
        #expect(text.hasPrefix("t_a") && text.hasSuffix("x"))
      }
      // Nothing of it is left over.
      let next = try await fixture.database("t_b").query("select name from item")
      #expect(try next[0].decode(0) == "t_b")
    }
  }

  /// How many statements like `text` the only connection has prepared.
  private func prepared(_ fixture: TwoScopes, like text: String) async throws -> Int {
    let rows = try await fixture.client.database(fixture.cell).query(
      .init(
        unsafeSQL: "select count(*) from pg_prepared_statements where statement like '\(text)'"))
    return try rows[0].decode(0)
  }

  @Test func aStatementIsPreparedTheSecondTimeInEachScope() async throws {
    try await TwoScopes.run(configuration: .with { $0.maximumConnections = 1 }) { fixture in
      for count in [0, 2, 2] {
        for role in ["t_a", "t_b"] {
          let rows = try await fixture.database(role).query("select name, 1 from item")
          #expect(try rows[0].decode(0) == role)
        }
        #expect(try await prepared(fixture, like: "select name%") == count)
      }
    }
  }

  @Test func preparedStatementsAreBoundedByDeallocating() async throws {
    try await TwoScopes.run(
      configuration: .with {
        $0.maximumConnections = 1
        $0.statementMemory = 50_000
      }
    ) { fixture in
      for number in 0..<5 {
        let query = PostgresQuery(
          StatementText("select name, \(number) from item"), isPrepared: true)
        // Each is asked for more often than those before it, and takes their place.
        for _ in 0..<(4 << number) {
          for role in ["t_a", "t_b"] {
            #expect(try await fixture.database(role).query(query)[0].decode(0) == role)
          }
        }
      }
      #expect(try await prepared(fixture, like: "select name, 4%") == 2)
      #expect(try await prepared(fixture, like: "select name, 0%") == 0)
      // One more statement than the bound may wait to be deallocated.
      let count = try await prepared(fixture, like: "%")
      #expect((2...6).contains(count))
    }
  }

  @Test func withoutMemoryForItEveryStatementIsParsedAnew() async throws {
    try await TwoScopes.run(
      configuration: .with {
        $0.maximumConnections = 1
        $0.statementMemory = 0
      }
    ) { fixture in
      for _ in 0..<5 {
        let rows = try await fixture.database("t_a").query("select name from item")
        #expect(try rows[0].decode(0) == "t_a")
      }
      #expect(try await prepared(fixture, like: "select name%") == 0)
    }
  }

  @Test func aStatementTwiceInABatchIsPreparedOnce() async throws {
    try await TwoScopes.run(configuration: .with { $0.maximumConnections = 1 }) { fixture in
      let query: PostgresQuery = "select name from item"
      for _ in 0..<2 {
        let results = try await fixture.database("t_a").read(query, query, query)
        #expect(results.map(\.count) == [1, 1, 1])
      }
      #expect(try await prepared(fixture, like: "select name%") == 1)
    }
  }

  @Test func anErrorBeforeAStatementIsPreparedLeavesItToTheNextTime() async throws {
    try await TwoScopes.run(configuration: .with { $0.maximumConnections = 1 }) { fixture in
      let database = fixture.database("t_a")
      let query: PostgresQuery = "select name from item"
      _ = try await database.query(query)
      await #expect(throws: PostgresError.self) {
        // Its Parse comes after the error, and is skipped.
        try await database.read("select 1/0", query)
      }
      #expect(try await prepared(fixture, like: "select name%") == 0)
      for _ in 0..<2 {
        let rows = try await database.query(query)
        #expect(rows.count == 1)
        #expect(try await prepared(fixture, like: "select name%") == 1)
      }
    }
  }

  @Test func aChangedTableIsPlannedAnewWithoutTheCallerNoticing() async throws {
    try await TwoScopes.run(configuration: .with { $0.maximumConnections = 1 }) { fixture in
      let query: PostgresQuery = "select * from item"
      for _ in 0..<2 { #expect(try await fixture.database("t_a").query(query).count == 1) }
      #expect(try await prepared(fixture, like: "select *%") == 1)
      let owner = fixture.client.database(fixture.superuser)
      _ = try await owner.query(.init(unsafeSQL: "alter table t_a.item add column more int"))
      #expect(try await fixture.database("t_a").query(query).count == 1)
    }
  }

  @Test func anErrorDoesNotShowTheRowThatWasRefused() async throws {
    try await TwoScopes.run { fixture in
      let row: [PostgresQuery] = ["insert into item values (\("hunter2"))"]
      _ = try await fixture.database("t_a").transaction(row)
      let error = await #expect(throws: PostgresError.self) {
        try await fixture.database("t_a").transaction(row)
      }
      #expect(error?.sqlState == "23505")
      #expect(error?.debugDescription.contains("hunter2") == false)
    }
  }

  @Test func aStatementThatFailedToParseIsNotKept() async throws {
    try await TwoScopes.run(configuration: .with { $0.maximumConnections = 1 }) { fixture in
      let query: PostgresQuery = "select extra from t_a.extra"
      for _ in 0..<2 {
        await #expect(throws: PostgresError.self) { try await fixture.database("t_a").query(query) }
      }
      let owner = fixture.client.database(fixture.superuser)
      _ = try await owner.transaction([
        .init(unsafeSQL: "create table t_a.extra (extra int)"),
        .init(unsafeSQL: "grant select on t_a.extra to t_a"),
      ])
      #expect(try await fixture.database("t_a").query(query).isEmpty)
    }
  }
}
