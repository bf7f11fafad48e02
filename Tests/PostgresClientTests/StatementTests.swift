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

  @Test func statementsArePreparedOncePerScopeAndBoundedByDeallocating() async throws {
    try await TwoScopes.run(
      configuration: .with {
        $0.maximumConnections = 1
        $0.maximumPreparedStatements = 4
      }
    ) { fixture in
      for round in 0..<20 {
        for role in ["t_a", "t_b"] {
          let query = PostgresQuery(stringLiteral: "select name, \(round % 5) from item")
          #expect(try await fixture.database(role).query(query)[0].decode(0) == role)
        }
      }
      // One more statement than the bound may wait to be deallocated.
      let rows = try await fixture.client.database(fixture.cell).query(
        .init(unsafeSQL: "select count(*) from pg_prepared_statements"))
      #expect(try rows[0].decode(0, as: Int.self) <= 5)
    }
  }

  @Test func aChangedTableIsPlannedAnewWithoutTheCallerNoticing() async throws {
    try await TwoScopes.run(configuration: .with { $0.maximumConnections = 1 }) { fixture in
      let query: PostgresQuery = "select * from item"
      #expect(try await fixture.database("t_a").query(query).count == 1)
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
      await #expect(throws: PostgresError.self) { try await fixture.database("t_a").query(query) }
      let owner = fixture.client.database(fixture.superuser)
      _ = try await owner.transaction([
        .init(unsafeSQL: "create table t_a.extra (extra int)"),
        .init(unsafeSQL: "grant select on t_a.extra to t_a"),
      ])
      #expect(try await fixture.database("t_a").query(query).isEmpty)
    }
  }
}
