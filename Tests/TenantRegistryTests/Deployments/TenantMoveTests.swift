import Foundation
import HTTPSupport
import PostgresClient
import RegistryTestSupport
import Tenancy
import TestSupport
import Testing

@testable import TenantRegistry

extension DatabaseTests {
  /// Moves on a real registry; the tenant's own process is a directory, which takes its lease.
  @Suite struct TenantMoveTests {
    private func deployments(_ fixture: RegistryFixture) -> TenantDeployments {
      TenantDeployments(
        owner: fixture.owner, masterKeys: fixture.masterKeys, drain: .zero,
        logger: RegistryFixture.logger)
    }

    /// The directory of a process that was given `issued`.
    private func process(
      _ fixture: RegistryFixture, _ issued: IssuedCredentials
    ) throws -> TenantDirectory {
      let keys = try TenantKeys(
        parsing: String(decoding: issued.key.bytes, as: UTF8.self), tenant: issued.tenant)
      let password = String(decoding: issued.password.bytes, as: UTF8.self)
      return TenantDirectory(
        client: fixture.client,
        credentials: TenantCredentials(
          tenant: issued.tenant,
          login: fixture.ownerLogin.with(user: issued.login, password: password), keys: keys),
        configuration: TenantDirectoryConfiguration(name: issued.login),
        logger: RegistryFixture.logger)
    }

    /// Has a gateway say that it reaches the deployments of those who are to move there.
    private func tryOut(_ gateway: TenantDirectory, failure: String? = nil) async throws {
      for record in try await gateway.tenantsToProbe() {
        try await gateway.report(record.tenant.id, failure: failure)
      }
    }

    private func count(_ fixture: RegistryFixture, _ query: PostgresQuery) async throws -> Int {
      try await fixture.superuser.query(query)[0].decode(0)
    }

    private func keys(_ directory: TenantDirectory) throws -> [SigningKey] {
      try #require(directory.tenant(slug: "acme")).signingKeys.keys()
    }

    private func active(_ directory: TenantDirectory) throws -> SigningKey? {
      try keys(directory).first { $0.state == .active }
    }

    @Test func aTenantMovesToDedicatedAndBack() async throws {
      try await withRegistry { fixture in
        try await fixture.register("acme")
        let deployments = deployments(fixture)
        let gateway = fixture.directory()
        try await gateway.synchronize()
        let first = try #require(try active(gateway))

        var progress = try await deployments.move(slug: "acme", to: .dedicated, actor: "test")
        #expect(progress.waitingFor?.contains("terrace overlay acme") == true)
        let issued = try await deployments.issueCredentials(slug: "acme", actor: "test")
        let own = try process(fixture, issued)
        try await own.synchronize()
        // While both may serve, both sign with the same key.
        #expect(try active(own) == first)

        progress = try await deployments.move(slug: "acme", to: .dedicated, actor: "test")
        while !progress.isDone {
          try await gateway.synchronize()
          try await own.synchronize()
          try await tryOut(gateway)
          progress = try await deployments.move(slug: "acme", to: .dedicated, actor: "test")
        }
        #expect(progress.servedBy == .dedicated)
        try await gateway.synchronize()
        try await own.synchronize()
        #expect(gateway.tenant(slug: "acme")?.servedBy == .dedicated)
        #expect(try keys(gateway) == [])
        let second = try #require(try active(own))
        #expect(second.kid != first.kid)
        let old = try #require(try keys(own).first { $0.kid == first.kid })
        #expect(old.state == .retiring && old.expires != nil)
        let database = try #require(gateway.tenant(slug: "acme")).database
        #expect(try await sqlState { try await database.query("select * from item") } == "42501")
        #expect(
          try await #require(own.tenant(slug: "acme")).database.query("select * from item").isEmpty)

        progress = try await deployments.move(slug: "acme", to: .shared, actor: "test")
        while !progress.isDone {
          try await gateway.synchronize()
          try await own.synchronize()
          progress = try await deployments.move(slug: "acme", to: .shared, actor: "test")
        }
        try await gateway.synchronize()
        let record = try #require(gateway.tenant(slug: "acme"))
        #expect(record.servedBy == .shared && record.isolation == .shared)
        #expect(try await record.database.query("select * from item").isEmpty)
        let third = try #require(try active(gateway))
        #expect(![first.kid, second.kid].contains(third.kid))
        #expect(try keys(gateway).filter { $0.state == .retiring }.count == 2)
        // Login, key and sessions are gone.
        #expect(
          try await count(fixture, "select count(*) from pg_roles where rolname ~ '^terrace_t_'")
            == 0)
        #expect(
          try await count(fixture, "select count(*) from registry.sealed_keys where credential > 0")
            == 0)
        try await eventually("its sessions end") {
          try await count(
            fixture, "select count(*) from pg_stat_activity where usename = \(issued.login)") == 0
        }
        let again = try await deployments.move(slug: "acme", to: .shared, actor: "test")
        #expect(again.isDone)
      }
    }

    /// Whatever was done towards the one side, moving to the other leads there, from every step.
    @Test func everyStepCanBeUndoneAndLeavesATenantThatIsWhole() async throws {
      try await withRegistry { fixture in
        let deployments = deployments(fixture)
        let gateway = fixture.directory()
        for steps in 0...6 {
          let slug = "tenant-\(steps)"
          let tenant = try await fixture.register(slug)
          _ = try await deployments.move(slug: slug, to: .dedicated, actor: "test")
          let issued = try await deployments.issueCredentials(slug: slug, actor: "test")
          let own = try process(fixture, issued)
          for _ in 0..<steps {
            try await own.synchronize()
            try await gateway.synchronize()
            try await tryOut(gateway)
            _ = try await deployments.advance(slug, to: .dedicated, actor: "test")
          }
          var isDone = false
          while !isDone {
            try await gateway.synchronize()
            try? await own.synchronize()
            isDone = try await deployments.advance(slug, to: .shared, actor: "test").0 == .done
          }
          _ = try await deployments.store.removeRevoked()
          try await gateway.synchronize()
          let record = try #require(gateway.tenant(slug: slug))
          #expect(record.servedBy == .shared && record.isolation == .shared)
          #expect(try record.signingKeys.activeKey() != nil)
          #expect(try await record.database.query("select * from item").isEmpty)
          let id = tenant.tenant.id.uuid
          #expect(
            try await count(
              fixture, "select count(*) from registry.credentials where tenant_id = \(id)") == 0)
        }
      }
    }

    @Test func oldCredentialsAreRevokedOnceNewOnesAreInUseAndTheyAreNot() async throws {
      try await withRegistry { fixture in
        try await fixture.register("acme", isolation: .dedicated)
        let deployments = deployments(fixture)
        let first = try process(
          fixture, try await deployments.issueCredentials(slug: "acme", actor: "test"))
        try await first.synchronize()
        let issued = try await deployments.issueCredentials(slug: "acme", actor: "test")
        #expect(issued.login == "terrace_t_acme__c3")
        try await deployments.retireSuperseded()
        // Those of its registration, which nobody uses, went; those in use, and the new ones, not.
        #expect(try await logins(fixture) == ["terrace_t_acme__c2", "terrace_t_acme__c3"])
        let second = try process(fixture, issued)
        try await second.synchronize()
        try await deployments.retireSuperseded()
        #expect(try await logins(fixture) == ["terrace_t_acme__c2", "terrace_t_acme__c3"])
        _ = try await fixture.superuser.query(
          """
          update registry.leases set expires_at = '-infinity'
          where gateway = 'terrace_t_acme__c2'
          """)
        try await deployments.retireSuperseded()
        #expect(try await logins(fixture) == ["terrace_t_acme__c3"])
        await #expect(throws: (any Error).self) { try await first.synchronize() }
        try await second.synchronize()
        #expect(try active(second) != nil)
      }
    }

    @Test func revokedLoginsAreDroppedOnceHoweverManyAreAtIt() async throws {
      try await withRegistry { fixture in
        try await fixture.register("acme", isolation: .dedicated)
        let deployments = deployments(fixture)
        let issued = try await deployments.issueCredentials(slug: "acme", actor: "test")
        _ = try await fixture.superuser.transaction([
          "delete from registry.sealed_keys where credential is not null",
          "update registry.credentials set revoked_at = now()",
        ])
        try await withThrowingTaskGroup { group in
          try await fixture.superuser.withTransaction { transaction in
            try await transaction.query(LoginSQL.lockSharedPrivileges)
            for _ in 1...2 { group.addTask { try await deployments.retireSuperseded() } }
            try await eventually("both wait for the lock") {
              try await count(
                fixture,
                """
                select count(*) from pg_locks
                where relation = 'registry.shared_privileges'::regclass and not granted
                """
              ) == 2
            }
          }
          try await group.waitForAll()
        }
        #expect(
          try await count(
            fixture, "select count(*) from pg_roles where rolname = \(issued.login)") == 0)
      }
    }

    @Test func aTenantMovesOnlyOnceAllGatewaysReachItsDeployment() async throws {
      try await withRegistry { fixture in
        try await fixture.register("acme")
        try await fixture.register("globex", isolation: .dedicated)
        let deployments = deployments(fixture)
        let gateways = [fixture.directory(name: "one"), fixture.directory(name: "two")]
        _ = try await deployments.move(slug: "acme", to: .dedicated, actor: "test")
        #expect(try await gateways[0].tenantsToProbe().isEmpty)
        let own = try process(
          fixture, try await deployments.issueCredentials(slug: "acme", actor: "test"))

        /// What the move waits for when all know all.
        func waiting() async throws -> String? {
          while true {
            for directory in gateways + [own] { try await directory.synchronize() }
            let (step, snapshot) = try await deployments.advance(
              "acme", to: .dedicated, actor: "test")
            if [.awaitProbe, .flip].contains(step) {
              return MoveProgress(step: step, snapshot: snapshot).waitingFor
            }
          }
        }
        let unknown = "has not tried the tenant's own deployment yet"
        #expect(try await waiting() == "one \(unknown); two \(unknown)")
        #expect(try await gateways[0].tenantsToProbe().map(\.tenant.slug) == ["acme"])
        try await tryOut(gateways[0])
        try await tryOut(gateways[1], failure: "nobody there")
        #expect(
          try await waiting() == "two does not reach the tenant's own deployment: nobody there")
        try await tryOut(gateways[1])
        // What was found long ago says nothing of now.
        _ = try await fixture.superuser.query(
          "update registry.upstream_reports set reported_at = reported_at - interval '21 seconds'")
        #expect(try await waiting() == "one \(unknown); two \(unknown)")
        for gateway in gateways { try await tryOut(gateway) }
        #expect(try await waiting() == nil)
        #expect(try await gateways[0].tenantsToProbe().isEmpty)
      }
    }

    /// A dedicated tenant's login can neither vouch for a gateway nor hear of other tenants.
    @Test func gatewaysAloneReport() async throws {
      try await withRegistry { fixture in
        let tenant = try await fixture.register("acme", isolation: .dedicated)
        let own = fixture.client.database(fixture.tenantLogin(tenant))
        for query: PostgresQuery in [
          "select registry.report_upstream(\(UUID()), \(tenant.tenant.id.uuid), 'x')",
          "select registry.settle_lease(\(UUID()), 1)", "select * from registry.upstream_trials",
        ] {
          #expect(try await sqlState { try await own.query(query) } == "42501")
        }
      }
    }

    @Test func theOldSideIsClosedWhenTheRequestsOfBeforeAreOver() async throws {
      try await withRegistry { fixture in
        try await fixture.register("acme")
        let deployments = TenantDeployments(
          owner: fixture.owner, masterKeys: fixture.masterKeys, drain: .seconds(3600),
          logger: RegistryFixture.logger)
        let gateway = fixture.directory()
        _ = try await deployments.move(slug: "acme", to: .dedicated, actor: "test")
        let own = try process(
          fixture, try await deployments.issueCredentials(slug: "acme", actor: "test"))

        func advance() async throws -> MoveStep {
          try await own.synchronize()
          try await gateway.synchronize()
          try await tryOut(gateway)
          return try await deployments.advance("acme", to: .dedicated, actor: "test").0
        }
        try await gateway.synchronize()
        // A request that has just begun.
        var request = gateway.tenant(slug: "acme")
        while try await advance() != .flip {}
        for _ in 0..<3 { #expect(try await advance() == .awaitDrain) }
        #expect(request != nil)
        request = nil
        #expect(try await advance() == .close)
        #expect(try await advance() == .done)
      }
    }

    /// A gateway that is cut off from the registry goes on forwarding to the tenant's own deployment.
    @Test func theOldSideIsNotClosedBeforeTheLeaseOfAGatewayThatIsCutOffHasEnded() async throws {
      try await withRegistry { fixture in
        try await fixture.register("acme")
        let deployments = deployments(fixture)
        let gateways = [fixture.directory(name: "one"), fixture.directory(name: "two")]
        _ = try await deployments.move(slug: "acme", to: .dedicated, actor: "test")
        let own = try process(
          fixture, try await deployments.issueCredentials(slug: "acme", actor: "test"))

        /// Takes a step when the first so many gateways, and the tenant's own process, know all.
        func advance(
          to side: TenantRecord.Isolation, gateways count: Int
        ) async throws -> (step: MoveStep, snapshot: DeploymentSnapshot) {
          try await own.synchronize()
          for gateway in gateways.prefix(count) {
            try await gateway.synchronize()
            try await tryOut(gateway)
          }
          return try await deployments.advance("acme", to: side, actor: "test")
        }
        while try await advance(to: .dedicated, gateways: 2).step != .done {}
        while try await advance(to: .shared, gateways: 2).step != .flip {}
        _ = try await fixture.superuser.query(
          """
          update registry.leases set renewed_at = renewed_at - interval '4 seconds',
            expires_at = expires_at + interval '1 hour' where gateway = 'two'
          """)
        for _ in 0..<2 {
          let (step, snapshot) = try await advance(to: .shared, gateways: 1)
          #expect(step == .awaitDrain)
          #expect(snapshot.cutOff == ["two"])
        }
        _ = try await fixture.superuser.query(
          "update registry.leases set expires_at = clock_timestamp() where gateway = 'two'")
        #expect(try await advance(to: .shared, gateways: 1).step == .close)
      }
    }

    private func logins(_ fixture: RegistryFixture) async throws -> [String] {
      try await fixture.superuser.query(
        "select rolname from pg_roles where rolname ~ '^terrace_t_' order by 1"
      ).map { try $0.decode(0) }
    }

    @Test func aSharedTenantThatGetsCredentialsIsADedicatedOneFromThenOn() async throws {
      try await withRegistry { fixture in
        try await fixture.register("acme")
        let deployments = deployments(fixture)
        _ = try await deployments.issueCredentials(slug: "acme", actor: "test")
        var deployment = try await deployments.deployment(slug: "acme")
        #expect(deployment.isolation == .dedicated && deployment.servedBy == .shared)
        let progress = try await deployments.move(slug: "acme", to: .dedicated, actor: "test")
        #expect(progress.step == .awaitDeployment)
        #expect(try await deployments.move(slug: "acme", to: .shared, actor: "test").isDone)
        deployment = try await deployments.deployment(slug: "acme")
        #expect(deployment.isolation == .shared && deployment.logins == [])
      }
    }

    @Test func anUnknownTenantGetsNoCredentials() async throws {
      try await withRegistry { fixture in
        let problem = await #expect(throws: Problem.self) {
          try await deployments(fixture).issueCredentials(slug: "nobody", actor: "test")
        }
        #expect(problem?.type == "unknown-tenant")
      }
    }

    @Test func everyStepIsInTheAuditLog() async throws {
      try await withRegistry { fixture in
        try await fixture.register("acme")
        let deployments = deployments(fixture)
        _ = try await deployments.move(slug: "acme", to: .dedicated, actor: "test")
        _ = try await deployments.issueCredentials(slug: "acme", actor: "test")
        _ = try await deployments.move(slug: "acme", to: .shared, actor: "test")
        let actions: [String] = try await fixture.owner.query(
          "select action || ' ' || coalesce(details ->> 'to', '') from registry.audit_log order by id"
        ).map { try $0.decode(0) }
        #expect(
          actions == [
            "tenant.register ", "tenant.move dedicated", "tenant.credentials.issue ",
            "tenant.move shared", "tenant.move.prepare shared", "tenant.credentials.revoke ",
            "tenant.move.close shared",
          ])
      }
    }
  }
}
