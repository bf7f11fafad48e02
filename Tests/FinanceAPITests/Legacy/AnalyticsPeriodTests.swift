import Testing

@testable import Finance
@testable import FinanceAPI

extension DatabaseTests {
  struct AnalyticsPeriodTests {
    @Test(arguments: [
      // An entry's instant, and when it is asked for: the entry is in last month's sums.
      ("2025-12-31T12:00:00Z", "2026-01-01T00:00:00Z"),
      ("2025-12-01T12:00:00Z", "2026-01-31T22:59:59Z"),
      ("2024-02-29T12:00:00Z", "2024-03-31T12:00:00Z"),
      ("2024-02-01T12:00:00Z", "2024-03-01T12:00:00Z"),
      ("2024-02-15T12:00:00Z", "2024-03-15T12:00:00Z"),
      // Month ends in Zurich, in winter time and in summer time.
      ("2026-01-31T22:59:59Z", "2026-01-31T23:00:00Z"),
      ("2026-03-31T21:59:59Z", "2026-03-31T22:00:00Z"),
    ])
    func lastMonthIsTheWholeMonthBefore(recorded: String, asked: String) async throws {
      try await FinanceServer.run([FinanceServer.acme]) { server in
        let token = try await server.register()
        try server.clock.set(recorded)
        try await server.record("income", "7", token: token)
        try await expectEqual(
          server.analytics(.currentMonth, token: token), totals(net: "7", expense: "0", income: "7")
        )
        try server.clock.set(asked)
        try await expectEqual(
          server.analytics(.lastMonth, token: token), totals(net: "7", expense: "0", income: "7"))
        try await expectEqual(
          server.analytics(.currentMonth, token: token), totals(net: "0", expense: "0", income: "0")
        )
      }
    }

    @Test func aMonthBeginsWhenTheTenantsClockSaysSo() async throws {
      try await FinanceServer.run { server in
        let zurich = try await server.register()
        let newYork = try await server.register(tenant: "globex")
        // Already June in Zurich, still May in New York.
        try server.clock.set("2026-05-31T23:00:00Z")
        try await server.record("income", "1", token: zurich)
        try await server.record("income", "1", token: newYork, tenant: "globex")
        try server.clock.set("2026-06-15T12:00:00Z")
        let one = totals(net: "1", expense: "0", income: "1")
        try await expectEqual(server.analytics(.currentMonth, token: zurich), one)
        try await expectEqual(server.analytics(.lastMonth, token: newYork, tenant: "globex"), one)
      }
    }
  }
}
