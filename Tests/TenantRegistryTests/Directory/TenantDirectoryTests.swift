import Foundation
import PostgresClient
import RegistryTestSupport
import ServiceLifecycle
import Tenancy
import TestSupport
import Testing

@testable import TenantRegistry

extension DatabaseTests {
  @Suite struct TenantDirectoryTests {
    /// Runs `directory` beside `body`, and shuts it down gracefully.
    private func running<R: Sendable>(
      _ directory: TenantDirectory, _ body: @Sendable () async throws -> R
    ) async throws -> R {
      let services = ServiceGroup(
        configuration: .init(services: [directory], logger: RegistryFixture.logger))
      return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await services.run() }
        try await eventually("the directory loads") { directory.isFresh }
        let result = try await body()
        await services.triggerGracefulShutdown()
        try await group.waitForAll()
        return result
      }
    }

    @Test func knowsNothingAndIsNotFreshBeforeItsFirstLoad() async throws {
      try await withRegistry { fixture in
        try await fixture.register("acme")
        let directory = fixture.directory()
        #expect(!directory.isFresh)
        #expect(directory.age == nil)
        #expect(directory.tenant(slug: "acme") == nil)
      }
    }

    @Test func servesATenantWithEverythingARequestNeeds() async throws {
      try await withRegistry { fixture in
        let summary = try await fixture.register("acme")
        let directory = fixture.directory()
        try await directory.synchronize()
        let record = try #require(directory.tenant(slug: "acme"))
        #expect(record.tenant == summary.tenant)
        #expect(record.state == .active)
        #expect(record.schemaVersion == 1)
        let rows = try await record.database.query("select current_user, count(*) from item")
        #expect(try rows[0].decode(0, as: String.self) == "t_acme")
        let key = try #require(try record.signingKeys.activeKey())
        #expect(key.secret.bytes.count == 32)
        #expect(directory.tenant(slug: "globex") == nil)
        #expect(directory.count == 1)
      }
    }

    @Test func aGatewayWithoutTheDedicatedMasterKeyStillServesADedicatedTenant() async throws {
      try await withRegistry { fixture in
        try await fixture.register("acme", isolation: .dedicated)
        let shared = MasterKeys(shared: fixture.masterKeys.shared, dedicated: nil)
        let directory = fixture.directory(shared)
        try await directory.synchronize()
        let record = try #require(directory.tenant(slug: "acme"))
        #expect(record.isolation == .dedicated)
        #expect(try record.signingKeys.keys().map(\.state) == [.active])
        #expect(try await record.database.query("select * from item").isEmpty)
      }
    }

    @Test func twoGatewaysServeATenantByTheTimeItsRegistrationReturns() async throws {
      try await withRegistry { fixture in
        let one = fixture.directory(name: "one")
        let two = fixture.directory(name: "two")
        try await running(one) {
          try await running(two) {
            for number in 0..<10 {
              let outcome = try await fixture.administration.register(
                TenantRegistration(slug: "a\(number)", displayName: "A"), actor: "test")
              #expect(outcome.pendingGateways == [])
              #expect(one.tenant(slug: "a\(number)") != nil)
              #expect(two.tenant(slug: "a\(number)") != nil)
            }
          }
        }
      }
    }

    @Test func followsEveryChangeOfATenantItsHostsAndItsKeys() async throws {
      try await withRegistry { fixture in
        let tenant = try await fixture.register("acme").tenant
        try await fixture.register("globex")
        let directory = fixture.directory()
        try await directory.synchronize()
        let globex = try #require(directory.tenant(slug: "globex"))
        var generation = try #require(directory.tenant(slug: "acme")).generation

        func change(_ query: PostgresQuery) async throws -> TenantRecord? {
          _ = try await fixture.owner.query(query)
          try await directory.synchronize()
          let record = directory.tenant(slug: "acme") ?? directory.tenant(slug: "apex")
          #expect(record.map { $0.generation > generation } == true, "\(query.sql)")
          generation = record?.generation ?? 0
          return record
        }
        let id = tenant.id.uuid
        #expect(
          try await change("update registry.tenants set state = 'suspended' where id = \(id)")?
            .state == .suspended)
        #expect(
          try await change("update registry.tenants set served_by = 'dedicated' where id = \(id)")?
            .servedBy == .dedicated)
        #expect(
          try await change(
            "insert into registry.hosts (name, kind, tenant_id) values ('m.acme.com', 'domain', \(id))"
          ) != nil)
        #expect(directory.tenant(customDomain: "m.acme.com")?.tenant.id == tenant.id)
        #expect(directory.tenant(slug: "m.acme.com") == nil)
        #expect(directory.tenant(customDomain: "acme") == nil)
        #expect(try await change("delete from registry.hosts where name = 'm.acme.com'") != nil)
        #expect(directory.tenant(customDomain: "m.acme.com") == nil)
        #expect(
          try await change("update registry.hosts set name = 'apex' where name = 'acme'")?
            .tenant.slug == "apex")
        #expect(directory.tenant(slug: "acme") == nil)
        #expect(
          try await change(
            "update registry.signing_keys set state = 'revoked' where tenant_id = \(id)")?
            .signingKeys.keys() == [])
        // What did not change was not made anew.
        #expect(directory.tenant(slug: "globex") === globex)
      }
    }

    @Test(arguments: [TenantDirectory.RefreshTrigger.time, .notification])
    func aRegistryThatWentBackIsReadAnew(trigger: TenantDirectory.RefreshTrigger) async throws {
      try await withRegistry { fixture in
        try await fixture.register("acme")
        try await fixture.register("globex")
        let directory = fixture.directory()
        try await directory.synchronize(trigger)
        #expect(directory.count == 2)
        // As a backup of an earlier time would leave it.
        _ = try await fixture.superuser.transaction([
          "set local session_replication_role = 'replica'",
          "update registry.tenants set revision = 1, display_name = 'As it was'",
          "update registry.revision set value = 1",
        ])
        try await directory.synchronize(trigger)
        #expect(directory.tenant(slug: "acme")?.tenant.displayName == "As it was")
      }
    }

    @Test func goesOnServingWhileTheRegistryIsAwayAndCatchesUp() async throws {
      try await withRegistry { fixture in
        try await fixture.register("acme")
        let directory = fixture.directory()
        try await running(directory) {
          await fixture.server.stop(.immediate)
          await #expect(throws: (any Error).self) { try await directory.synchronize() }
          #expect(directory.isFresh)
          #expect(directory.tenant(slug: "acme") != nil)
          try await fixture.server.restart()
          try await eventually("the owner can register again") {
            (try? await fixture.register("globex")) != nil
          }
          try await eventually("the directory catches up") {
            directory.tenant(slug: "globex") != nil
          }
        }
      }
    }

    @Test func isStaleOnceTheRegistryWasAwayForTooLong() async throws {
      try await withRegistry { fixture in
        var configuration = TenantDirectoryConfiguration(name: "gateway")
        configuration.maximumStaleness = .milliseconds(200)
        let directory = TenantDirectory(
          client: fixture.client, login: fixture.readerLogin, masterKeys: fixture.masterKeys,
          configuration: configuration, logger: RegistryFixture.logger)
        try await fixture.register("acme")
        try await directory.synchronize()
        try await eventually("the snapshot grows stale") { !directory.isFresh }
        #expect(directory.tenant(slug: "acme") != nil)
        try await eventually("it is fresh again") {
          try await directory.synchronize()
          return directory.isFresh
        }
      }
    }

    /// Each writer's tenant must be there once its revision is, whoever commits first.
    @Test func noChangeIsMissedWhenManyCommitAtOnce() async throws {
      try await withRegistry { fixture in
        let directory = fixture.directory()
        try await withThrowingTaskGroup(of: Void.self) { group in
          for writer in 0..<6 {
            group.addTask {
              for number in 0..<5 { try await fixture.register("w\(writer)-\(number)") }
            }
          }
          group.addTask {
            for _ in 0..<200 { try await directory.synchronize() }
          }
          try await group.waitForAll()
        }
        try await directory.synchronize()
        #expect(directory.count == 30)
      }
    }

    @Test func anotherMasterKeyThanTheRegistrysEndsTheProcessAndRegistersNothing() async throws {
      try await withRegistry { fixture in
        try await fixture.register("acme")
        let wrong = MasterKeys(shared: .random(), dedicated: nil)
        let error = try await #require(throws: MasterKeyError.self) {
          try await fixture.directory(wrong).run()
        }
        #expect(error.description.contains("version 1 of the shared master key"))
        var provisioner = fixture.provisioner
        provisioner.masterKeys = wrong
        let mistaken = provisioner
        let registration = try TenantRegistration(slug: "globex", displayName: "Globex")
        await #expect(throws: MasterKeyError.self) {
          try await mistaken.provision(registration, actor: "test")
        }
      }
    }

    @Test func aRegistryThatWentBackIsLoadedAnew() async throws {
      try await withRegistry { fixture in
        try await fixture.register("acme")
        try await fixture.register("globex")
        let directory = fixture.directory()
        try await directory.synchronize()
        _ = try await fixture.superuser.transaction([
          "set local session_replication_role = replica",
          "delete from registry.hosts where name = 'globex'",
          "delete from registry.tenants where schema_name = 't_globex'",
          "update registry.revision set value = value - 1",
        ])
        try await directory.synchronize()
        #expect(directory.tenant(slug: "globex") == nil)
        #expect(directory.tenant(slug: "acme") != nil)
      }
    }
  }
}
