import Foundation
import PostgresClient
import RegistryTestSupport
import Testing

@testable import TenantRegistry

extension DatabaseTests {
  /// The registry's migrations as they were released.
  @Suite struct RegistryHistoryTests {
    /// Of the releases that had the statements in Swift. Databases that these ran in are there:
    /// however the files are written, this is what their ledgers have.
    private static let released = [
      "a406887df7b902a199ba064e40e8c4ef9ef97912576e495cfa6deb4d5e8b536e",
      "9c98df2078cd00ef637ebbe22d5433ec8269b3aacbecbafaf35ded7db6aad192",
      "5a6802ebb47d5c669553b19f13e7ce42ccc039bb3269204d72ac760f96b1a04d",
      "abf56dd6fe3fd39ac5c2103a968981d3f3ee448d3b956e3c5384425fb6ede89d",
      "2857fce52b1cd5c867444c871daef5a69ee90064965c40215af1ebca79db82f3",
      "fcfd14e4c92cc3550dce73b37e44a7e6b6d7ab0a6f2fd2d1ca6af7604891c3db",
      "4a9e65bc60e49ca7ee5a6d7a0274975c3d546b82c938fa6f9eaf4ce93d850b76",
      "a6052bb638866d28c89e10466dbb120bb1737ba51a0e795a5730d05fa3d8785e",
      "d47c9aa7e1cb67b8e8694fec623dd6f6154ba11cf02f51e5a99de6f8d5ca4d18",
      "cc92a62b63974c010f370a41f76402206d1d35e6425315ac8ffa8873fc7bcd2e",
      "ebc09bd142953f774d83b12b00692e8f41afd6e5f81e053663a060db8a19dff6",
      "2f6275b343e23ca202947eeff4f6a82a706efa6c699d75f33194ab88ec541db6",
      "4e09c123802de975a6890f78465d96e66e6c1d32f59b90c22c4b3837ea3fe5e2",
      "a8ea3ee8c177b8c76936f3225e33f8ac4f300f97f5e69eeee446c9adbaa67862",
      "c94ed496014c131dd67fffcd61372672d1bfd683bd9fb32355708d9f1e4ce55a",
      "ba8ee60c64f2e942e1276058eac48a2fc90348d59d485737afb0ff31814d8f01",
      "21d84bcfce234215d78872ab8546e800292ed22e913a13e584108bb7c9b6fcad",
    ]

    private static let folder = URL(filePath: #filePath)
      .deletingLastPathComponent().appending(path: "../../../Sources/TenantRegistry/Migrations")
      .standardizedFileURL

    @Test func everyFileIsAMigration() throws {
      let names = RegistryMigrations.all.map { migration in
        "\(String(format: "%04d", migration.number))_\(migration.name).sql"
      }
      let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
      #expect(files.sorted() == names)
    }

    @Test(arguments: [12, 17])
    func aDatabaseThatAnEarlierReleaseMigratedIsUpgraded(count: Int) async throws {
      try await withRegistry(migrated: false) { fixture in
        try await RegistryMigrator(
          database: fixture.owner,
          migrations: Migrations(Array(RegistryMigrations.all.prefix(count))),
          tenantMigrations: RegistryFixture.migrations
        ).migrate()
        let ledger = try await fixture.owner.query(
          "select checksum from registry.migrations where target = 'registry' order by number")
        #expect(
          try ledger.map { try $0.decode(0, as: String.self) } == Array(Self.released.prefix(count))
        )
        let migrator = RegistryMigrator(
          database: fixture.owner, tenantMigrations: RegistryFixture.migrations)
        let missing = RegistryMigrations.all.map(\.number).filter { $0 > count }
        #expect(try await migrator.pending() == missing)
        #expect(try await migrator.migrate() == missing)
        try await fixture.register("acme")
      }
    }

    /// What the files write out, and the code has too.
    @Test func theFilesAndTheCodeNameTheSame() {
      let all = RegistryMigrations.all
      for number in [2, 14, 16] {
        #expect(
          all[number - 1].statements.contains { $0.contains("'\(RegistryChannel.name)'") })
      }
      #expect(all[10].statements.contains { $0.contains(RowSecurityPolicy.isRequired) })
      let roles = DatabaseRoles.standard
      let statements = all.flatMap(\.statements).joined(separator: "\n")
      #expect(statements.contains(roles.reader))
      for name in statements.matches(of: #/\bterrace_\w+/#).map({ String($0.output) }) {
        #expect([roles.owner, roles.reader, RegistryChannel.name].contains(name))
      }
    }

    /// Of the registry's own schema.
    @Test func aMigrationOutsideATransactionRunsBetweenOthersAndIsRecorded() async throws {
      try await withRegistry { fixture in
        let count = RegistryMigrations.all.count
        let next: Migrations = [
          Migration(
            number: count + 1, name: "column",
            statements: ["alter table registry.tenants add column spare integer"]),
          Migration(
            number: count + 2, name: "index", form: .statements,
            statements: [
              "create index concurrently if not exists spare_idx on registry.tenants (spare)"
            ]),
          Migration(
            number: count + 3, name: "grant",
            statements: ["grant select on registry.shared_privileges to terrace_reader"]),
        ]
        let migrator = RegistryMigrator(
          database: fixture.owner, migrations: RegistryMigrations.all + next,
          tenantMigrations: RegistryFixture.migrations, roles: fixture.roles)
        #expect(try await migrator.migrate() == next.map(\.number))
        #expect(try await migrator.migrate() == [])
        let index = try await fixture.superuser.query(
          "select indisvalid from pg_index where indexrelid = 'registry.spare_idx'::regclass")
        #expect(try index[0].decode(0, as: Bool.self))
      }
    }
  }
}
