import HTTPSupport
import PostgresClient
import RegistryTestSupport
import Testing

@testable import TenantRegistry

extension DatabaseTests {
  @Suite struct TenantLimitsTests {
    @Test func gatewaysLearnATenantsLimitsAndTheirEnd() async throws {
      try await withRegistry { fixture in
        try await fixture.register("acme")
        let directory = fixture.directory()
        for limits in [
          TenantLimits(connections: 2, queue: 1, bodyBytes: 100, requestsPerSecond: 50),
          TenantLimits(requestsPerSecond: 1_000_000), .none,
        ] {
          let outcome = try await fixture.administration.limit("acme", limits, actor: "test")
          #expect(outcome?.tenant.limits == limits)
          try await directory.synchronize()
          #expect(directory.tenant(slug: "acme")?.limits == limits)
        }
        #expect(try await fixture.administration.limit("globex", .none, actor: "test") == nil)
      }
    }

    @Test func theConnectionPoolHoldsToThem() async throws {
      try await withRegistry { fixture in
        for slug in ["acme", "globex"] { try await fixture.register(slug) }
        _ = try await fixture.administration.limit(
          "acme", TenantLimits(connections: 1, queue: 1), actor: "test")
        let directory = fixture.directory()
        try await directory.synchronize()
        let acme = try #require(directory.tenant(slug: "acme")).database
        let globex = try #require(directory.tenant(slug: "globex")).database
        try await withThrowingTaskGroup(of: Void.self) { group in
          try await acme.withTransaction { transaction in
            try await transaction.query("select 1")
            for _ in 1...2 { group.addTask { _ = try await acme.query("select 1") } }
            // The one waits for its turn, and the other has no room to wait.
            let error = await #expect(throws: PostgresError.self) { try await group.next() }
            #expect(error?.code == .queueFull)
            _ = try await globex.query("select 1")
          }
          try await group.waitForAll()
        }
      }
    }

    @Test func aDedicatedTenantSeesItsOwn() async throws {
      try await withRegistry { fixture in
        let tenant = try await fixture.register("acme", isolation: .dedicated)
        try await fixture.register("globex")
        for slug in ["acme", "globex"] {
          _ = try await fixture.administration.limit(
            slug, TenantLimits(connections: 3, requestsPerSecond: 7), actor: "test")
        }
        let rows = try await fixture.client.database(fixture.tenantLogin(tenant)).query(
          "select connections, requests_per_second from registry.own_tenant")
        #expect(rows.count == 1)
        #expect(try rows[0].decode(0, as: Int.self) == 3)
        #expect(try rows[0].decode(1, as: Int.self) == 7)
      }
    }

    @Test func theRegistryTakesNoRateThatLetsNobodyIn() async throws {
      try await withRegistry { fixture in
        try await fixture.register("acme")
        for (rate, state) in [(0, "23514"), (1, nil)] as [(Int, String?)] {
          #expect(
            try await sqlState {
              try await fixture.owner.query(
                """
                insert into registry.limits (tenant_id, requests_per_second)
                select id, \(rate) from registry.tenants
                """)
            } == state)
        }
      }
    }

    @Test(arguments: [
      (TenantLimits(connections: 0), "connections"), (TenantLimits(queue: 0), "queue"),
      (TenantLimits(bodyBytes: 1 << 31), "body_bytes"),
      (TenantLimits(requestsPerSecond: 0), "requests_per_second"),
      (TenantLimits(requestsPerSecond: 1_000_001), "requests_per_second"),
    ])
    func aLimitOutOfRangeIsRefusedByName(limits: TenantLimits, field: String) throws {
      let problem = try #require(throws: Problem.self) { try limits.checked() }
      #expect(problem.errors.map(\.field) == [field])
    }
  }
}
