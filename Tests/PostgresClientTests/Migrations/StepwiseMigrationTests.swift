import EmbeddedPostgres
import Logging
import Testing

@testable import PostgresClient

struct StepwiseMigrationTests {
  private static let index = Migration(
    number: 2, name: "index", form: .statements,
    statements: [
      "create index concurrently if not exists item_n_idx on item (n)",
      "create unique index concurrently if not exists item_code_idx on item (code)",
    ])

  /// Fails where a row's code is `bad`.
  private static let backfill = Migration(
    number: 2, name: "backfill", form: .batches(size: 700, table: "item", key: "id"),
    statements: [
      """
      update item set code = 'n' || n / case when code = 'bad' then 0 else 1 end,
        runs = runs + 1
      where id > $1 and id <= $2
      """
    ])

  /// Runs `body` on a database with a schema `books` whose table has 5,000 rows, one of which the
  /// migrations cannot do.
  private func withBooks(_ body: (PostgresDatabase) async throws -> Void) async throws {
    try await TwoScopes.run(roles: [], configuration: .with { $0.maximumConnections = 8 }) {
      fixture in
      let database = fixture.client.database(fixture.superuser)
      _ = try await database.transaction(
        [
          "create schema books",
          """
          create table books.item (
            id bigint primary key, n bigint, code text, runs integer not null default 0)
          """,
          "insert into books.item select n * 3, n, 'c' || n from generate_series(1, 5000) n",
          "update books.item set code = 'bad' where n in (4, 3000)",
        ].map(PostgresQuery.init(unsafeSQL:)))
      try await body(database)
    }
  }

  private func run(_ migration: Migration, _ database: PostgresDatabase) async throws {
    try await StepwiseMigration(migration, of: "books", target: "books", in: database).run()
  }

  private func count(_ condition: String, _ database: PostgresDatabase) async throws -> Int {
    try await database.query(
      PostgresQuery(unsafeSQL: "select count(*) from books.item where \(condition)"))[0].decode(0)
  }

  private func indexes(_ database: PostgresDatabase) async throws -> [String: Bool] {
    let rows = try await database.query(
      """
      select c.relname, i.indisvalid from pg_index i join pg_class c on c.oid = i.indexrelid
      where i.indrelid = 'books.item'::regclass and not i.indisprimary
      """)
    return Dictionary(uniqueKeysWithValues: try rows.map { (try $0.decode(0), try $0.decode(1)) })
  }

  private func position(_ database: PostgresDatabase) async throws -> SchemaPosition? {
    try await SchemaPosition.read("books", in: database)
  }

  @Test func anIndexThatCouldNotBeFinishedIsMadeAnew() async throws {
    try await withBooks { database in
      let error = await #expect(throws: PostgresError.self) { try await run(Self.index, database) }
      #expect(error?.sqlState == "23505")
      #expect(try await indexes(database) == ["item_n_idx": true, "item_code_idx": false])
      #expect(try await position(database)?.statements == 1)
      // The first statement does not run again.
      _ = try await database.query("drop index books.item_n_idx")
      _ = try await database.query("update books.item set code = 'good' where n = 4")
      try await run(Self.index, database)
      #expect(try await indexes(database) == ["item_code_idx": true])
      #expect(try await position(database) == SchemaPosition(version: 2))
      try await run(Self.index, database)
    }
  }

  @Test func anIndexIsMadeWhileRowsAreWritten() async throws {
    try await withBooks { database in
      _ = try await database.query("update books.item set code = 'good' where n = 4")
      try await withThrowingTaskGroup(of: Void.self) { group in
        try await database.withTransaction { transaction in
          try await transaction.query("insert into books.item values (1, 1, 'one')")
          group.addTask { try await run(Self.index, database) }
          // It waits for this transaction, and nobody waits for it.
          try await expectWaiting(database)
          _ = try await database.query("update books.item set n = n + 1 where id = 3")
          try await transaction.query("update books.item set n = 2 where id = 1")
        }
        try await group.waitForAll()
      }
      #expect(try await indexes(database) == ["item_n_idx": true, "item_code_idx": true])
    }
  }

  private func expectWaiting(_ database: PostgresDatabase) async throws {
    for _ in 0..<2000 {
      let waiting = try await database.query(
        """
        select from pg_stat_activity
        where query ~ '^create index' and wait_event_type = 'Lock'
        """)
      guard waiting.isEmpty else { return }
      try await Task.sleep(for: .milliseconds(10))
    }
    Issue.record("the index is not being made")
  }

  @Test func aBackfillGoesOnWhereItWasInterruptedAndChangesEachRowOnce() async throws {
    try await withBooks { database in
      _ = try await database.query("update books.item set code = 'good' where n = 4")
      let error = await #expect(throws: PostgresError.self) {
        try await run(Self.backfill, database)
      }
      #expect(error?.sqlState == "22012")
      // Four batches of 700 rows, up to the row whose id is 8400.
      #expect(try await count("runs = 1", database) == 2800)
      #expect(try await position(database)?.key == 8400)
      _ = try await database.query("update books.item set code = 'good' where n = 3000")
      try await run(Self.backfill, database)
      #expect(try await count("runs = 1 and code = 'n' || n", database) == 5000)
      #expect(try await position(database) == SchemaPosition(version: 2))
      try await run(Self.backfill, database)
      #expect(try await count("runs = 1", database) == 5000)
    }
  }

  @Test func severalAtOnceDoEachBatchOnce() async throws {
    try await withBooks { database in
      _ = try await database.query("update books.item set code = 'good' where code = 'bad'")
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<3 { group.addTask { try await run(Self.backfill, database) } }
        try await group.waitForAll()
      }
      #expect(try await count("runs = 1", database) == 5000)
    }
  }
}
