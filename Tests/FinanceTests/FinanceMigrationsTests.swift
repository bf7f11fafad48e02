import FinanceTestSupport
import Foundation
import PostgresClient
import Tenancy
import TestSupport
import Testing

@testable import Finance

extension DatabaseTests {
  struct FinanceMigrationsTests {
    private static let folder = URL(filePath: #filePath)
      .deletingLastPathComponent().appending(path: "../../Sources/Finance/Migrations")
      .standardizedFileURL

    @Test func everyFileIsAMigrationOrTheBaseline() throws {
      let names = FinanceMigrations.all.map { migration in
        "\(String(format: "%04d", migration.number))_\(migration.name).sql"
      }
      let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
      #expect(files.sorted() == names + ["baseline.sql"])
    }

    /// Databases that these ran in are there: whatever is written differently from now on, their
    /// ledgers have this.
    @Test func whatWasReleasedIsAsItWas() {
      #expect(
        FinanceMigrations.all.prefix(2).map(\.checksum) == [
          "66c0a7c3fe56d8c8021ce9b2e018ccd472a46acd0f0c9b31d568e8c47bb717eb",
          "c802d4de4f1a2041634c3dfcbe27e15caa20aa5045ee659b43581bcba349eb51",
        ])
    }

    @Test func eachStatementIsOneCommandWithUnqualifiedNames() {
      for statement in FinanceMigrations.all.flatMap(\.statements) {
        #expect(!statement.contains(";"))
        #expect(!statement.lowercased().contains("trigger"))
      }
    }

    /// scripts/write-baseline writes it.
    @Test func theBaselineMakesWhatTheHistoryMakes() async throws {
      let server = try #require(SharedPostgres.server)
      let history = Migrations(Array(FinanceMigrations.all))
      let owner = server.client.database(
        server.login, scope: SessionScope(role: server.login.user, schema: "by_history"))
      let made = SchemaCatalog(of: "by_history", in: owner)
      try await make("by_history", history.creation(), owner)
      let text =
        "\(Self.header)\n\n"
        + (try await made.statements()).map { "\($0);\n" }
        .joined(separator: "\n")
      // Rows would have to be in the baseline, too.
      #expect(try await made.rowCount() == 0)
      let file = Self.folder.appending(path: "baseline.sql")
      if let path = ProcessInfo.processInfo.environment["TERRACE_WRITE_BASELINE"] {
        return try Data(text.utf8).write(to: URL(filePath: path))
      }
      #expect(try String(contentsOf: file, encoding: .utf8) == text)

      let other = server.client.database(
        server.login, scope: SessionScope(role: server.login.user, schema: "by_baseline"))
      try await make("by_baseline", FinanceMigrations.all.creation(), other)
      let lines = try await made.lines()
      #expect(lines.count > 20)
      #expect(try await SchemaCatalog(of: "by_baseline", in: other).lines() == lines)
    }

    private static let header = """
      -- What a new tenant's schema is made by: the whole history in one go.
      -- scripts/write-baseline wrote it, and a test compares it with the history.
      """

    private func make(
      _ schema: String, _ statements: [PostgresQuery], _ database: PostgresDatabase
    ) async throws {
      let before = ["create role \(schema) nologin", "create schema \(schema)"]
      let after = [
        "grant select, insert, update, delete on all tables in schema \(schema) to \(schema)",
        "grant usage on all sequences in schema \(schema) to \(schema)",
      ]
      _ = try await database.transaction(
        before.map(PostgresQuery.init(unsafeSQL:)) + statements
          + after.map(PostgresQuery.init(unsafeSQL:)))
    }

    /// The release before must go on working: see ``Migration/needs``.
    @Test func aMigrationThatTakesSomethingAwaySaysWhichBuildsCanDoWithoutIt() {
      for migration in FinanceMigrations.all {
        #expect((migration.needs > 0) == migration.isContraction, "\(migration.name)")
        #expect(migration.needs <= migration.number)
      }
      let dropping = Migration(
        number: 2, name: "x", statements: ["alter table ledger\n  drop column name"])
      #expect(dropping.isContraction)
    }

    @Test func theTenantsRoleCanWriteRowsButNotTheSchema() async throws {
      let tenant = try await TestTenant()
      for sql in ["create table x (id int)", "drop table ledger", "truncate transaction"] {
        let error = await #expect(throws: PostgresError.self) {
          try await tenant.database.query(PostgresQuery(unsafeSQL: sql))
        }
        #expect(error?.sqlState == "42501")
      }
    }
  }
}
