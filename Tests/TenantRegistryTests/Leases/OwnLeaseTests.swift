import Foundation
import PostgresClient
import RegistryTestSupport
import Tenancy
import Testing

@testable import TenantRegistry

extension DatabaseTests {
  /// What a dedicated tenant's login can do with leases of its own.
  @Suite struct OwnLeaseTests {
    private func withOwn(
      _ body: @Sendable (RegistryFixture, PostgresDatabase) async throws -> Void
    ) async throws {
      try await withRegistry { fixture in
        let acme = try await fixture.register("acme", isolation: .dedicated)
        try await body(fixture, fixture.client.database(fixture.tenantLogin(acme)))
      }
    }

    private func leases(_ fixture: RegistryFixture) async throws -> Int {
      try await fixture.superuser.query("select count(*) from registry.leases")[0].decode(0)
    }

    @Test(arguments: [
      "registry.renew_lease(gen_random_uuid(), 'x', 1, '600 s')",
      "registry.release_lease(gen_random_uuid())",
    ])
    func areBounded(call: String) async throws {
      try await withOwn { fixture, own in
        _ = try await GatewayLeaseStore(database: fixture.reader).renew(
          UUID(), gateway: "shared", revision: 0, lifetime: .seconds(60))
        _ = try await own.query(
          .init(unsafeSQL: "select count(\(call)) from generate_series(1, 500)"))
        _ = try await own.query(.init(unsafeSQL: "select \(call)"))
        #expect(try await leases(fixture) == 1 + 32)
      }
    }

    @Test func theirReleaseLeavesLeasesOfOthersUnlocked() async throws {
      try await withOwn { fixture, own in
        let store = GatewayLeaseStore(database: fixture.reader)
        let lease = UUID()
        func renew() async throws {
          _ = try await store.renew(lease, gateway: "x", revision: 0, lifetime: .seconds(60))
        }
        try await renew()
        _ = try await fixture.superuser.query(
          "update registry.leases set renewed_at = renewed_at - interval '1 hour', expires_at = '2020-01-01'"
        )
        try await own.withTransaction { transaction in
          try await transaction.query("select registry.release_lease(gen_random_uuid())")
          // Not after the statement's timeout.
          try await renew()
        }
      }
    }

    /// The newest count: what a process holds that lives is renewed all the time.
    @Test func aNewLeaseTakesThePlaceOfTheOldest() async throws {
      try await withOwn { fixture, own in
        let store = GatewayLeaseStore(database: own)
        let first = UUID()
        for lease in [first] + (0..<32).map({ _ in UUID() }) {
          _ = try await store.renew(lease, gateway: "own", revision: 1, lifetime: .seconds(60))
        }
        let found = try await fixture.superuser.query(
          "select from registry.leases where id = \(first)")
        #expect(found.isEmpty)
      }
    }

    @Test func oneThatAcknowledgesNothingHoldsAMoveUpForTenSecondsAtMost() async throws {
      try await withOwn { fixture, own in
        let deployments = TenantDeployments(
          owner: fixture.owner, masterKeys: fixture.masterKeys, drain: .zero,
          logger: RegistryFixture.logger)
        let lease = UUID()
        func renew() async throws {
          _ = try await GatewayLeaseStore(database: own).renew(
            lease, gateway: "stubborn", revision: 0, lifetime: .seconds(600))
        }
        try await renew()
        var progress = try await deployments.move(slug: "acme", to: .shared, actor: "test")
        #expect(progress.waitingFor?.contains("stubborn") == true)
        for _ in 0..<5 where !progress.isDone {
          try await renew()
          // Ten seconds go by.
          _ = try await fixture.superuser.transaction([
            "set local session_replication_role = replica",
            "update registry.tenants set revised_at = revised_at - interval '10 seconds'",
          ])
          progress = try await deployments.move(slug: "acme", to: .shared, actor: "test")
        }
        #expect(progress.isDone, "\(progress.waitingFor ?? "")")
      }
    }

    /// It waits for the process of a tenant that has just changed, as before.
    @Test func aTenantsOwnChangeWaitsForItsProcess() async throws {
      try await withOwn { fixture, own in
        _ = try await GatewayLeaseStore(database: own).renew(
          UUID(), gateway: "own", revision: 0, lifetime: .seconds(600))
        let row = try await fixture.superuser.query(
          "select id, revision from registry.tenants")[0]
        let pending = try await fixture.owner.query(
          GatewayLeaseStore.pending(row.decode(1), TenantID(row.decode(0, as: UUID.self))))
        #expect(try pending.map { try $0.decode(0, as: String.self) } == ["own"])
      }
    }

    /// Newlines, escapes of a terminal, and what turns the direction of text.
    @Test func itsNameReachesNoTerminalRaw() async throws {
      try await withOwn { fixture, own in
        let name = "acme\n\u{1B}[2J\u{202E}evil\u{2028}\u{7}"
        _ = try await GatewayLeaseStore(database: own).renew(
          UUID(), gateway: name, revision: 0, lifetime: .seconds(600))
        let progress = try await TenantDeployments(
          owner: fixture.owner, masterKeys: fixture.masterKeys, drain: .zero,
          logger: RegistryFixture.logger
        ).move(slug: "acme", to: .shared, actor: "test")
        let waiting = try #require(progress.waitingFor)
        #expect(waiting.contains("evil"))
        let controls = waiting.unicodeScalars.filter(\.isLayoutControl)
        #expect(controls.isEmpty, "\(waiting)")
      }
    }

    /// A session holds one lease at a time, so that ten sessions fill no lock table.
    @Test func aSessionHoldsOneLockAtMost() async throws {
      try await withOwn { fixture, own in
        try await own.withTransaction { transaction in
          try await transaction.query(
            "select count(registry.hold_lease(gen_random_uuid())) from generate_series(1, 1000)")
          let held = try await fixture.superuser.query(
            "select count(*) from pg_locks where locktype = 'advisory'")
          #expect(try held[0].decode(0, as: Int.self) == 1)
        }
      }
    }
  }
}
