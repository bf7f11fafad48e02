import HTTPSupport
import PostgresClient
import RegistryTestSupport
import Testing

@testable import TenantRegistry

extension DatabaseTests {
  @Suite struct ProvisioningTests {
    @Test func makesEverythingThatATenantNeeds() async throws {
      try await withRegistry { fixture in
        let tenant = try await fixture.register("acme-co")
        #expect(tenant.schema == "t_acme_co")
        #expect(tenant.role == "t_acme_co")
        #expect(tenant.namespace == "tenant-acme-co")
        #expect(tenant.cell == 1)
        #expect(tenant.state == .active)
        #expect(tenant.schemaVersion == 1)
        let database = fixture.client.database(
          try fixture.cellLogin(), scope: SessionScope(role: tenant.role, schema: tenant.schema))
        let rows = try await database.query("insert into item (name) values ('x') returning name")
        #expect(try rows[0].decode(0, as: String.self) == "x")
      }
    }

    @Test(arguments: [TenantRecord.Isolation.shared, .dedicated])
    func leavesNothingBehindWhicheverStepFails(isolation: TenantRecord.Isolation) async throws {
      try await withRegistry { fixture in
        let registration = try TenantRegistration(
          slug: "acme", displayName: "Acme", isolation: isolation)
        let snapshot = try await fixture.provisioner.store.snapshot(of: registration)
        let place = try await fixture.provisioner.place(for: registration, in: snapshot)
        let plan = try fixture.provisioner.plan(
          registration, TenantNames(slug: "acme", number: 1), in: snapshot, place, actor: "test")
        let before = try await DatabaseFootprint(fixture.superuser)
        let count = try plan.statements.count
        for index in 0...count {
          var statements = try plan.statements
          statements.insert("select 1 / 0", at: index)
          #expect(try await sqlState { try await fixture.owner.transaction(statements) } == "22012")
          #expect(try await DatabaseFootprint(fixture.superuser) == before, "step \(index)")
        }
        try await fixture.register("acme", isolation: isolation)
        #expect(try await DatabaseFootprint(fixture.superuser) != before)
      }
    }

    @Test(arguments: [
      "create role t_acme", "create schema t_acme", "create role terrace_t_acme",
    ])
    func refusesANameThatIsTakenOnTheServerAndLeavesNothingBehind(obstacle: String) async throws {
      try await withRegistry { fixture in
        try await fixture.register("globex")
        _ = try await fixture.superuser.query(PostgresQuery(unsafeSQL: obstacle))
        let before = try await DatabaseFootprint(fixture.superuser)
        let problem = try await #require(throws: Problem.self) {
          try await fixture.register("acme", isolation: .dedicated)
        }
        #expect(problem.type == "name-collision")
        #expect(problem.status == .conflict)
        #expect(try await DatabaseFootprint(fixture.superuser) == before)
      }
    }

    @Test func aFailingMigrationLeavesNothingBehind() async throws {
      try await withRegistry { fixture in
        var provisioner = fixture.provisioner
        provisioner.migrations =
          provisioner.migrations + [
            Migration(number: 2, name: "broken", statements: ["create table item ()"])
          ]
        let before = try await DatabaseFootprint(fixture.superuser)
        let registration = try TenantRegistration(slug: "acme", displayName: "Acme")
        let broken = provisioner
        #expect(
          try await sqlState { try await broken.provision(registration, actor: "test") } == "42P07")
        #expect(try await DatabaseFootprint(fixture.superuser) == before)
      }
    }

    @Test func anEqualRequestAnswersWithTheSameTenantAndChangesNothing() async throws {
      try await withRegistry { fixture in
        let registration = try TenantRegistration(slug: "acme", displayName: "Acme")
        let first = try await fixture.administration.register(registration, actor: "test")
        let before = try await DatabaseFootprint(fixture.superuser)
        let second = try await fixture.administration.register(registration, actor: "test")
        #expect(first.isNew)
        #expect(!second.isNew)
        #expect(first.tenant == second.tenant)
        #expect(try await DatabaseFootprint(fixture.superuser) == before)
      }
    }

    @Test func anotherRequestForATakenSlugNamesTheFieldsThatDiffer() async throws {
      try await withRegistry { fixture in
        try await fixture.register("acme")
        let other = try TenantRegistration(
          slug: "acme", displayName: "Other", currency: "EUR", registration: .closed)
        let problem = try await #require(throws: Problem.self) {
          try await fixture.administration.register(other, actor: "test")
        }
        #expect(problem.status == .conflict)
        #expect(problem.type == "slug-taken")
        #expect(problem.errors.map(\.field) == ["display_name", "currency", "registration"])
      }
    }

    @Test func equalRequestsAtOnceMakeOneTenantAndAllSucceed() async throws {
      try await withRegistry { fixture in
        let registration = try TenantRegistration(slug: "acme", displayName: "Acme")
        let outcomes = try await withThrowingTaskGroup(of: RegistrationOutcome.self) { group in
          for _ in 0..<8 {
            group.addTask {
              try await fixture.administration.register(registration, actor: "test")
            }
          }
          return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.filter(\.isNew).count == 1)
        #expect(Set(outcomes.map(\.tenant.tenant.id)).count == 1)
      }
    }

    @Test func differentRequestsAtOnceAllSucceedThoughTheyShareANewCell() async throws {
      try await withRegistry { fixture in
        try await withThrowingTaskGroup(of: Void.self) { group in
          for number in 0..<8 {
            group.addTask {
              try await fixture.register(
                "tenant-\(number)", isolation: number % 2 == 0 ? .shared : .dedicated)
            }
          }
          try await group.waitForAll()
        }
        let page = try await fixture.administration.tenants(TenantPageRequest())
        #expect(page.tenants.map(\.cell) == Array(repeating: 1, count: 8))
      }
    }

    @Test func whoSawACellFullWhileAnotherMadeTheNextOneMakesNoFurtherOne() async throws {
      try await withRegistry { fixture in
        var provisioner = fixture.provisioner
        provisioner.cellCapacity = 2
        for slug in ["a1", "a2"] { try await fixture.register(slug) }
        let late = try TenantRegistration(slug: "late", displayName: "Late")
        let seen = try await provisioner.store.snapshot(of: late)
        let early = try TenantRegistration(slug: "early", displayName: "Early")
        #expect(try await provisioner.provision(early, actor: "test").row.cell == 2)
        let place = try await provisioner.place(for: late, in: seen)
        let plan = try provisioner.plan(
          late, TenantNames(slug: "late", number: 1), in: seen, place, actor: "test")
        #expect(try await sqlState { try await provisioner.store.carryOut(plan) } == "23505")
        #expect(try await provisioner.provision(late, actor: "test").row.cell == 2)
      }
    }

    @Test func aFullCellIsFollowedByANewOneWithALoginOfItsOwn() async throws {
      try await withRegistry { fixture in
        var provisioner = fixture.provisioner
        provisioner.cellCapacity = 2
        let administration = TenantAdministration(
          owner: fixture.owner, provisioner: provisioner, logger: RegistryFixture.logger)
        var cells: [Int] = []
        for slug in ["a1", "a2", "a3", "a4", "a5"] {
          let registration = try TenantRegistration(slug: slug, displayName: slug)
          cells.append(
            try await administration.register(registration, actor: "test").tenant.cell)
        }
        #expect(cells == [1, 1, 2, 2, 3])
        let third = fixture.client.database(
          try fixture.cellLogin(2), scope: SessionScope(role: "t_a3", schema: "t_a3"))
        #expect(try await third.query("select * from item").isEmpty)
        let foreign = fixture.client.database(
          try fixture.cellLogin(2), scope: SessionScope(role: "t_a1", schema: "t_a1"))
        #expect(try await sqlState { try await foreign.query("select * from item") } != nil)
      }
    }

    @Test func namesThatAnOlderTenantStillHoldsGetASuffix() async throws {
      try await withRegistry { fixture in
        for round in 1...3 {
          let tenant = try await fixture.register("acme")
          #expect(tenant.schema == ["t_acme", "t_acme__2", "t_acme__3"][round - 1])
          #expect(tenant.namespace == ["tenant-acme", "tenant-acme-2", "tenant-acme-3"][round - 1])
          let renamed = "old-\(round)"
          _ = try await fixture.owner.query(
            "update registry.hosts set name = \(renamed) where name = 'acme'")
        }
        // Its namespace is the one that the second acme has.
        let tenant = try await fixture.register("acme-2")
        #expect(tenant.schema == "t_acme_2__2")
        #expect(tenant.namespace == "tenant-acme-2-2")
      }
    }

    @Test func anAliasHoldsItsSlug() async throws {
      try await withRegistry { fixture in
        try await fixture.register("acme")
        _ = try await fixture.owner.transaction([
          "update registry.hosts set kind = 'alias' where name = 'acme'",
          """
          insert into registry.hosts (name, kind, tenant_id)
          select 'apex', 'slug', tenant_id from registry.hosts where name = 'acme'
          """,
        ])
        #expect(try await fixture.administration.tenant(slug: "acme")?.tenant.slug == "apex")
        let other = try TenantRegistration(slug: "acme", displayName: "Another")
        await #expect(throws: Problem.self) {
          try await fixture.administration.register(other, actor: "test")
        }
      }
    }

    @Test func dedicatedTenantsNeedTheirMasterKey() async throws {
      try await withRegistry { fixture in
        var provisioner = fixture.provisioner
        provisioner.masterKeys = MasterKeys(shared: fixture.masterKeys.shared, dedicated: nil)
        let shared = provisioner
        let registration = try TenantRegistration(
          slug: "acme", displayName: "Acme", isolation: .dedicated)
        let problem = try await #require(throws: Problem.self) {
          try await shared.provision(registration, actor: "test")
        }
        #expect(problem.errors.map(\.field) == ["isolation"])
      }
    }

    @Test func everyRegistrationIsInTheAuditLog() async throws {
      try await withRegistry { fixture in
        let tenant = try await fixture.register("acme")
        let rows = try await fixture.owner.query(
          "select actor, action, tenant_id, details ->> 'slug' from registry.audit_log")
        #expect(rows.count == 1)
        #expect(try rows[0].decode(0, as: String.self) == "test")
        #expect(try rows[0].decode(1, as: String.self) == "tenant.register")
        #expect(try rows[0].decode(2) == tenant.tenant.id.uuid)
        #expect(try rows[0].decode(3, as: String.self) == "acme")
      }
    }
  }
}
