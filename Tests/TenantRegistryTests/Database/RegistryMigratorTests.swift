import PostgresClient
import Testing

@testable import TenantRegistry

extension DatabaseTests {
  @Suite struct RegistryMigratorTests {
    private func migrator(
      _ fixture: RegistryFixture, _ migrations: [Migration] = RegistryFixture.migrations
    ) -> RegistryMigrator {
      RegistryMigrator(database: fixture.owner, tenantMigrations: migrations)
    }

    @Test func runsWhatIsMissingOnce() async throws {
      try await withRegistry(migrated: false) { fixture async throws in
        let all = RegistryMigrations.all.map(\.number)
        #expect(all == Array(1...all.count))
        #expect(try await migrator(fixture).pending() == all)
        #expect(try await migrator(fixture).migrate() == all)
        #expect(try await migrator(fixture).migrate() == [])
        let reader = RegistryMigrator(
          database: fixture.reader, tenantMigrations: RegistryFixture.migrations)
        #expect(try await reader.pending() == [])
      }
    }

    @Test func ofManyAtOnceOneDoesTheWork() async throws {
      try await withRegistry(migrated: false) { fixture in
        let runs = try await withThrowingTaskGroup(of: [Int].self) { group in
          for _ in 0..<6 { group.addTask { try await migrator(fixture).migrate() } }
          return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(runs.filter { !$0.isEmpty }.count == 1)
      }
    }

    @Test func refusesAMigrationThatWasChangedAfterItsRelease() async throws {
      try await withRegistry { fixture in
        let changed = Migration(number: 1, name: "first", statements: ["create table other ()"])
        await #expect(throws: MigrationError.checksumMismatch(target: "tenant", number: 1)) {
          try await migrator(fixture, [changed]).migrate()
        }
      }
    }

    @Test func refusesADatabaseThatIsNewer() async throws {
      try await withRegistry { fixture in
        await #expect(
          throws: MigrationError.databaseIsNewer(target: "tenant", database: 1, build: 0)
        ) {
          try await migrator(fixture, []).migrate()
        }
        _ = try await fixture.owner.query(
          "insert into registry.migrations values ('registry', 99, 'future', 'x')")
        await #expect(throws: MigrationError.self) { try await migrator(fixture).pending() }
      }
    }
  }
}
