import PostgresClient
import RegistryTestSupport
import TestSupport
import Testing

@testable import TenantRegistry

extension DatabaseTests {
  @Suite struct TenantMigratorTests {
    private static let second = Migration(
      number: 2, name: "second",
      statements: ["create table note (id bigint generated always as identity primary key)"])

    private func migrator(_ fixture: RegistryFixture) -> TenantMigrator {
      TenantMigrator(
        owner: fixture.owner, migrations: RegistryFixture.migrations + [Self.second],
        logger: RegistryFixture.logger)
    }

    @Test func whatFitsIntoNoTransactionRunsInItsPlaceAndWhenATenantIsRegistered() async throws {
      try await withRegistry { fixture in
        try await fixture.register("acme")
        _ = try await fixture.owner.query(
          "insert into t_acme.item (name) select 'n' || n from generate_series(1, 3000) n")
        let migrator = TenantMigrator(
          owner: fixture.owner, migrations: RegistryFixture.stepwise,
          logger: RegistryFixture.logger)
        // The backfill divides by it.
        _ = try await fixture.owner.query("update t_acme.item set name = '' where id = 2500")
        #expect(try await migrator.migrate().failed.keys.sorted() == ["acme"])
        #expect(try await fixture.administration.tenant(slug: "acme")?.schemaVersion == 2)
        _ = try await fixture.owner.query("update t_acme.item set name = 'n' where id = 2500")
        #expect(try await migrator.migrate().migrated == ["acme"])
        #expect(try await fixture.administration.tenant(slug: "acme")?.schemaVersion == 5)
        var provisioner = fixture.provisioner
        provisioner.migrations = RegistryFixture.stepwise
        let administration = TenantAdministration(
          owner: fixture.owner, provisioner: provisioner, logger: RegistryFixture.logger)
        let registration = try TenantRegistration(slug: "globex", displayName: "Globex")
        _ = try await administration.register(registration, actor: "test")
        try await RegistryFixture.expectStepwise("t_acme", in: fixture.owner, rows: 3000)
        try await RegistryFixture.expectStepwise("t_globex", in: fixture.owner, rows: 0)
        #expect(try await migrator.migrate() == TenantMigrator.Report())
      }
    }

    @Test func bringsEveryTenantThatIsBehindUpToDateWithItsGrants() async throws {
      try await withRegistry { fixture in
        for number in 0..<6 { try await fixture.register("a\(number)") }
        let report = try await migrator(fixture).migrate()
        #expect(report.migrated.sorted() == (0..<6).map { "a\($0)" })
        #expect(report.failed.isEmpty)
        let database = fixture.client.database(
          try fixture.cellLogin(), scope: SessionScope(role: "t_a3", schema: "t_a3"))
        _ = try await database.query("insert into note default values")
        #expect(try await fixture.administration.tenant(slug: "a3")?.schemaVersion == 2)
        #expect(try await migrator(fixture).migrate() == TenantMigrator.Report())
      }
    }

    @Test func oneTenantsFailureStopsNoOtherAndLeavesItsSchemaAsItWas() async throws {
      try await withRegistry { fixture in
        for slug in ["a1", "a2", "a3"] { try await fixture.register(slug) }
        _ = try await fixture.owner.query("create table t_a2.note ()")
        let report = try await migrator(fixture).migrate(parallel: 2)
        #expect(report.migrated.sorted() == ["a1", "a3"])
        #expect(report.failed.keys.sorted() == ["a2"])
        #expect(try await fixture.administration.tenant(slug: "a2")?.schemaVersion == 1)
      }
    }

    @Test func aTenantRegisteredByTheReleaseBeforeIsMigratedLater() async throws {
      try await withRegistry { fixture in
        let reconciler = Reconciler(
          [.migrations(migrator(fixture), every: .milliseconds(20))], logger: RegistryFixture.logger
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
          group.addTask { try await reconciler.run() }
          try await fixture.register("late")
          try await eventually("the reconciler migrates it") {
            try await fixture.administration.tenant(slug: "late")?.schemaVersion == 2
          }
          group.cancelAll()
        }
      }
    }

    @Test func twoAtOnceDoNotRunAMigrationTwice() async throws {
      try await withRegistry { fixture in
        for number in 0..<6 { try await fixture.register("a\(number)") }
        let one = migrator(fixture)
        async let first = one.migrate()
        async let second = one.migrate()
        let reports: [TenantMigrator.Report] = [try await first, try await second]
        #expect(reports.flatMap(\.failed.keys) == [])
        #expect(try await fixture.administration.tenant(slug: "a5")?.schemaVersion == 2)
      }
    }
  }
}
