import Foundation
import PostgresClient
import RegistryTestSupport
import ServiceLifecycle
import Tenancy
import TestSupport
import Testing

@testable import TenantRegistry

extension DatabaseTests {
  /// Whose acknowledgement a change of the registry waits for.
  @Suite struct GatewayLeaseTests {
    /// A gateway that has a session and a lease, and acknowledges nothing.
    private func withSilentGateway<R: Sendable>(
      _ fixture: RegistryFixture, _ body: @Sendable (UUID) async throws -> R
    ) async throws -> R {
      let lease = UUID()
      let leases = GatewayLeaseStore(database: fixture.reader)
      _ = try await leases.renew(lease, gateway: "silent", revision: 0, lifetime: .seconds(60))
      return try await fixture.client.withListener(
        fixture.readerLogin, channel: "any", first: GatewayLeaseStore.hold(lease),
        last: GatewayLeaseStore.release(lease)
      ) { _ in
        try await body(lease)
      }
    }

    private func pending(_ fixture: RegistryFixture) async throws -> [String] {
      try await GatewayLeaseStore(database: fixture.owner).awaitAcknowledgement(
        of: 1, tenant: TenantID())
    }

    /// Makes all leases look as if they had been renewed so much earlier.
    private func age(_ fixture: RegistryFixture, seconds: Int) async throws {
      _ = try await fixture.superuser.query(
        "update registry.leases set renewed_at = renewed_at - make_interval(secs => \(seconds))")
    }

    /// Runs a directory until `end` ends it.
    private func run(
      _ directory: TenantDirectory,
      until end: @Sendable (ServiceGroup) async throws -> Void
    ) async throws {
      let services = ServiceGroup(
        configuration: .init(services: [directory], logger: RegistryFixture.logger))
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try? await services.run() }
        try await eventually("the directory loads") { directory.isFresh }
        try await end(services)
        group.cancelAll()
      }
    }

    private func sessions(_ fixture: RegistryFixture) async throws -> Int {
      try await fixture.superuser.query(
        "select count(*) from pg_locks where locktype = 'advisory' and mode = 'ShareLock'"
      )[0].decode(0)
    }

    @Test func aGatewayThatDoesNotAcknowledgeIsNamed() async throws {
      try await withRegistry { fixture in
        try await withSilentGateway(fixture) { lease in
          let registration = try TenantRegistration(slug: "acme", displayName: "Acme")
          let outcome = try await fixture.administration.register(registration, actor: "test")
          #expect(outcome.isNew)
          #expect(outcome.pendingGateways == ["silent"])
          _ = try await GatewayLeaseStore(database: fixture.reader).renew(
            lease, gateway: "silent", revision: 1, lifetime: .seconds(60))
          let again = try await fixture.administration.register(registration, actor: "test")
          #expect(again.pendingGateways == [])
        }
      }
    }

    @Test func aLeaseEndsWithTheSessionOfItsGateway() async throws {
      try await withRegistry { fixture in
        try await withSilentGateway(fixture) { _ in
          try await age(fixture, seconds: 4)
          #expect(try await pending(fixture) == ["silent"])
          _ = try await fixture.superuser.query(
            """
            select pg_terminate_backend(pid) from pg_stat_activity
            where pid in (select pid from pg_locks where locktype = 'advisory')
            """)
          try await eventually("its lease counts no more") { try await pending(fixture) == [] }
        }
      }
    }

    @Test func aGatewayThatLostItsSessionCountsUntilItHadTimeForAnother() async throws {
      try await withRegistry { fixture in
        let leases = GatewayLeaseStore(database: fixture.reader)
        _ = try await leases.renew(UUID(), gateway: "lost", revision: 0, lifetime: .seconds(60))
        // Within the second that it waits, however busy the machine.
        try await age(fixture, seconds: -60)
        #expect(try await pending(fixture) == ["lost"])
      }
    }

    @Test func aLeaseThatIsNotRenewedEndsThoughItsSessionLives() async throws {
      try await withRegistry { fixture in
        try await withSilentGateway(fixture) { _ in
          _ = try await fixture.superuser.query(
            "update registry.leases set expires_at = clock_timestamp()")
          #expect(try await pending(fixture) == [])
        }
      }
    }

    @Test(arguments: [true, false])
    func aGatewayGivesItsLeaseUpHoweverItEnds(gracefully: Bool) async throws {
      try await withRegistry { fixture in
        let directory = fixture.directory()
        try await run(directory) { services in
          try await eventually("it has a session") { try await sessions(fixture) == 1 }
          if gracefully { await services.triggerGracefulShutdown() }
        }
        let revision = try await fixture.owner.query("select value + 1 from registry.revision")
        try await eventually("it is not waited for") {
          try await fixture.superuser.query(
            "select from registry.leases where expires_at > '-infinity'"
          ).isEmpty
        }
        // A renewal that was under way does not bring it back.
        _ = try await GatewayLeaseStore(database: fixture.reader).renew(
          directory.lease, gateway: "late", revision: 0, lifetime: .seconds(60))
        #expect(
          try await GatewayLeaseStore(database: fixture.owner).awaitAcknowledgement(
            of: revision[0].decode(0), tenant: TenantID()) == [])
      }
    }
  }
}
