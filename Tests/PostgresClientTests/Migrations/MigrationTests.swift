import Testing

@testable import PostgresClient

struct MigrationTests {
  private func migration(_ sql: String) throws -> Migration {
    try Migration(number: 7, name: "seventh", sql: sql)
  }

  @Test func readsWhatAFilesHeaderSays() throws {
    let plain = try migration("-- What batch it is: unknown.\ncreate table a ();")
    #expect(plain.form == .transaction && plain.needs == 0)
    let contraction = try migration("-- needs: 5\nalter table a drop column b;")
    #expect(contraction.needs == 5)
    let index = try migration(
      "-- transaction: none\ncreate index concurrently if not exists a_b_idx on a (b);")
    #expect(index.form == .statements)
    let backfill = try migration(
      "-- batch: 500 rows of a by id\nupdate a set b = 1 where id > $1 and id <= $2;")
    #expect(backfill.form == .batches(size: 500, table: "a", key: "id"))
  }

  @Test(arguments: [
    "", "create table a (", "-- needs: all\nselect 1;", "-- transaction: some\nselect 1;",
    "-- transaction: none\ncreate index concurrently a_b_idx on a (b);",
    "-- transaction: none\nupdate a set b = 1;",
    "-- batch: 0 rows of a by id\nupdate a set b = 1 where id > $1 and id <= $2;",
    "-- batch: 500 rows of a by id\nupdate a set b = 1;",
    "-- batch: 500 rows of a by id\nupdate a set b = 1 where id > $1 and id <= $2; select 1;",
  ])
  func refusesAFileThatCouldNotRun(sql: String) {
    #expect(throws: Migration.FileError.self) { try migration(sql) }
  }

  @Test func whatAMigrationDoesIsItsChecksumAndWhatItSaysIsNot() throws {
    let plain = try migration("-- One.\nanalyze a;")
    #expect(try migration("-- Two.\n\n/* Three. */ analyze a;").checksum == plain.checksum)
    #expect(try migration("analyze  a;").checksum != plain.checksum)
    #expect(try migration("-- transaction: none\nanalyze a;").checksum != plain.checksum)
    #expect(
      plain.checksum
        == Migration(number: 7, name: "seventh", statements: ["analyze a"]).checksum)
  }

  @Test func aSchemaThatIsBeingMadeGetsTheBaselineOrAllInOneTransaction() throws {
    let history = Migrations([
      Migration(number: 1, name: "first", statements: ["create table a (id bigint)"]),
      Migration(
        number: 2, name: "index", form: .statements,
        statements: ["create index CONCURRENTLY if not exists a_idx on a (id)"]),
      Migration(
        number: 3, name: "backfill", form: .batches(size: 9, table: "a", key: "id"),
        statements: ["update a set id = id where id > $1 and id <= $2"]),
    ])
    #expect(
      history.creation().map(\.sql) == [
        "create table a (id bigint)", "create index  if not exists a_idx on a (id)",
        "update a set id = id where id > $1 and id <= $2",
      ])
    #expect(history.creation(from: 2)[0].parameters == ["\(Int64.min)", "\(Int64.max)"])
    let short = Migrations(Array(history), baseline: ["create table b ()"])
    #expect(short.creation().map(\.sql) == ["create table b ()"])
    #expect(short.creation(from: 2).count == 1)
    #expect((short + [Migration(number: 4, name: "x", statements: ["y"])]).creation().count == 4)
  }

  @Test func aPositionIsReadAsItIsWrittenAndItsVersionByOlderReleasesToo() {
    var position = SchemaPosition(version: 12)
    #expect(position.comment(target: "tenant") == "tenant migration 12")
    #expect(SchemaPosition(comment: "tenant migration 12") == position)
    position.key = -3
    position.statements = 1
    let comment = position.comment(target: "tenant")
    #expect(comment == "1 statement of the next, one more up to -3; tenant migration 12")
    #expect(SchemaPosition(comment: comment) == position)
    position.key = nil
    position.statements = 2
    #expect(SchemaPosition(comment: position.comment(target: "tenant")) == position)
    #expect(SchemaPosition(comment: "standard public schema") == nil)
  }
}
