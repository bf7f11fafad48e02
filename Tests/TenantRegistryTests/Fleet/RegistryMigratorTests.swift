import PostgresClient
import RegistryTestSupport
import TestSupport
import Testing

@testable import TenantRegistry

extension DatabaseTests {
  @Suite struct RegistryMigratorTests {
    private func migrator(
      _ fixture: RegistryFixture, _ migrations: Migrations = RegistryFixture.migrations
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

    @Test func refusesADatabaseThatNeedsANewerBuild() async throws {
      try await withRegistry { fixture in
        _ = try await fixture.owner.query(
          "update registry.migrations set needs = 1 where target = 'tenant'")
        await #expect(
          throws: MigrationError.databaseIsNewer(target: "tenant", database: 1, needs: 1, build: 0)
        ) {
          try await migrator(fixture, []).migrate()
        }
      }
    }

    @Test func worksOnADatabaseThatANewerBuildMigratedWithoutTakingAnythingAway() async throws {
      try await withRegistry { fixture in
        let count = RegistryMigrations.all.count
        _ = try await fixture.owner.query(
          """
          insert into registry.migrations (target, number, name, checksum, needs)
          values ('registry', 98, 'future', 'x', 0), ('registry', 99, 'future', 'x', \(count))
          """)
        let reader = RegistryMigrator(
          database: fixture.reader, tenantMigrations: RegistryFixture.migrations)
        #expect(try await reader.pending() == [])
        #expect(try await migrator(fixture).migrate() == [])
        _ = try await fixture.owner.query(
          "update registry.migrations set needs = \(count + 1) where number = 99")
        let error = await #expect(throws: MigrationError.self) { try await reader.pending() }
        #expect(
          error?.description == """
            the database has registry migration 99 and needs a build that knows \(count + 1) of \
            them; this one knows \(count): run a newer build
            """)
      }
    }

    /// What an older release wrote down says nothing of who can work with it.
    @Test func aMigrationOfBeforeNeedsABuildThatKnowsIt() async throws {
      try await withRegistry { fixture in
        _ = try await fixture.owner.query("alter table registry.migrations drop column needs")
        #expect(try await migrator(fixture).pending() == [])
        _ = try await fixture.owner.query(
          "insert into registry.migrations values ('registry', 99, 'future', 'x')")
        await #expect(throws: MigrationError.self) { try await migrator(fixture).pending() }
      }
    }

    /// The release before must go on working: see ``Migration/needs``.
    @Test func aMigrationThatTakesSomethingAwaySaysWhichBuildsCanDoWithoutIt() {
      // Those from before releases could be rolled back over a migration.
      for migration in RegistryMigrations.all where migration.number > 12 {
        #expect(
          (migration.needs > 0) == migration.isContraction, "registry migration \(migration.number)"
        )
        #expect(migration.needs < migration.number)
      }
    }
  }
}
