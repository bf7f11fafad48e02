import PostgresClient
import TestSupport
import Testing

@testable import Gateway

struct TenantStormTests {
  private struct Customer: Sendable {
    let host: String
    let token: String
    /// What the tenant's only entry amounts to, and no other's does.
    let mark: Int
  }

  /// Fifty tenants on five connections, with clients that go away and backends that are killed in
  /// between: every answer carries its own tenant's mark.
  @Test func everyAnswerIsItsTenantsOwn() async throws {
    try await ServerFixture.run { fixture in
      var configuration = fixture.configuration
      configuration.client.maximumConnections = 5
      configuration.client.queueTimeout = .seconds(60)
      try await fixture.serve(configuration) { server in
        let customers = try await Self.settle(50, server)
        let answered = try await withThrowingTaskGroup(of: Int.self) { group in
          for worker in 0..<16 {
            group.addTask { try await Self.storm(server, customers, seed: UInt64(worker)) }
          }
          group.addTask { try await Self.killBackends(fixture) }
          return try await group.reduce(0, +)
        }
        #expect(answered > 800)
      }
    }
  }

  /// Tenants with a user each, who has recorded the tenant's mark.
  private static func settle(_ count: Int, _ server: RunningServer) async throws -> [Customer] {
    var customers: [Customer] = []
    for mark in 1...count {
      let host = "storm-\(mark).localhost"
      try await server.addTenant("storm-\(mark)")
      let token = try await server.logIn(host)
      let entry = #"{"type":"income","amount":\#(mark)}"#
      let recorded = try await server.call(host, "/transaction", .POST, token: token, json: entry)
      #expect(recorded.status == 200)
      customers.append(Customer(host: host, token: token, mark: mark))
    }
    return customers
  }

  /// - Returns: how many requests were answered with figures.
  private static func storm(
    _ server: RunningServer, _ customers: [Customer], seed: UInt64
  ) async throws -> Int {
    var random = SeededGenerator(seed: seed)
    var answered = 0
    for _ in 0..<100 {
      let customer = customers[Int.random(in: 0..<customers.count, using: &random)]
      let request = Task {
        try await server.call(
          customer.host, "/analytics?period=current_month", token: customer.token)
      }
      if Int.random(in: 0..<8, using: &random) == 0 { request.cancel() }
      guard case .success(let answer) = await request.result else { continue }
      // 503: a killed backend had the request.
      #expect(answer.status == 200 || answer.status == 503, "\(answer.body)")
      guard answer.status == 200 else { continue }
      #expect(answer.body.contains("\"total_income\":\(customer.mark)}"), "\(answer.body)")
      answered += 1
    }
    return answered
  }

  private static func killBackends(_ fixture: ServerFixture) async throws -> Int {
    let client = PostgresClient(logger: ServerFixture.logger)
    defer { client.close() }
    let superuser = client.database(fixture.login(fixture.postgres.superuser))
    for _ in 0..<10 {
      _ = try await superuser.query(
        """
        select pg_terminate_backend(pid) from pg_stat_activity
        where usename like 'terrace_cell_%' order by random() limit 1
        """)
    }
    return 0
  }
}
