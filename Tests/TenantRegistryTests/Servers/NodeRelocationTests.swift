import PostgresClient
import RegistryTestSupport
import TestSupport
import Testing

@testable import TenantRegistry

extension DatabaseTests {
  /// What else changes while a node gets another address.
  @Suite struct NodeRelocationTests {
    /// A registry that has acme on a second node, which nobody ever calls.
    private func withNode(_ body: @Sendable (RegistryFixture) async throws -> Void) async throws {
      try await withRegistry { fixture in
        try await fixture.register("acme")
        _ = try await fixture.superuser.transaction([
          """
          insert into registry.nodes (id, name, host, port) values (2, 'second', 'before', 5432)
          """,
          "update registry.cells set node_id = 2",
        ])
        try await body(fixture)
      }
    }

    private func relocate(_ fixture: RegistryFixture) async throws {
      let moved = try await DatabaseServerStore(database: fixture.owner).relocate(
        "second", to: DatabaseServer.Address(host: "after", port: 5432), actor: "test", if: nil)
      #expect(moved?.node.address?.host == "after")
    }

    /// Runs the steps one after the other, each once those before wait for a lock, while somebody has
    /// `lock`; and then all to their end.
    private func run(
      _ steps: [@Sendable () async throws -> Void], behind lock: PostgresQuery,
      _ fixture: RegistryFixture
    ) async throws {
      try await withThrowingTaskGroup(of: Void.self) { group in
        try await fixture.superuser.withTransaction { transaction in
          try await transaction.query(lock)
          for (index, step) in steps.enumerated() {
            group.addTask { try await step() }
            try await eventually("step \(index) waits for a lock") {
              try await fixture.superuser.query(
                """
                select count(*) from pg_stat_activity
                where datname = current_database() and wait_event_type = 'Lock'
                """)[0].decode(0) == index + 1
            }
          }
        }
        try await group.waitForAll()
      }
    }

    @Test func aTenantOfTheNodeChangesAtTheSameTime() async throws {
      try await withNode { fixture in
        try await run(
          [
            {
              let limits = TenantLimits(queue: 7)
              let outcome = try await fixture.administration.limit("acme", limits, actor: "test")
              #expect(outcome?.tenant.limits == limits)
            },
            { try await relocate(fixture) },
          ], behind: "lock table registry.limits in exclusive mode", fixture)
      }
    }

    @Test func aNewTenantOfTheNodeWaitsForIt() async throws {
      try await withNode { fixture in
        try await run(
          [
            { try await relocate(fixture) },
            {
              _ = try await fixture.owner.query(
                """
                insert into registry.tenants (id, display_name, state, isolation, schema_name,
                  namespace, cell_id, time_zone, currency, registration, schema_version,
                  original_request)
                select gen_random_uuid(), 'Late', state, isolation, 't_late', 'tenant-late',
                  cell_id, time_zone, currency, registration, schema_version, original_request
                from registry.tenants
                """)
            },
          ], behind: "select from registry.tenants for update", fixture)
      }
    }
  }
}
