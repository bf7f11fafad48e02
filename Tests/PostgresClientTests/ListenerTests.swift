import Testing

@testable import PostgresClient

struct ListenerTests {
  @Test func notificationsArriveInOrder() async throws {
    try await TwoScopes.run { fixture in
      let received = try await fixture.client.withListener(fixture.cell, channel: "Odd channel") {
        listener in
        let database = fixture.client.database(fixture.superuser)
        for number in 1...3 {
          _ = try await database.query("select pg_notify('Odd channel', \(String(number)))")
        }
        return try await listener.notifications.prefix(3).reduce(into: []) { $0.append($1) }
      }
      #expect(received.map(\.payload) == ["1", "2", "3"])
      #expect(Set(received.map(\.channel)) == ["Odd channel"])
    }
  }

  @Test func aLostConnectionEndsTheNotificationsWithAnError() async throws {
    try await TwoScopes.run { fixture in
      try await fixture.client.withListener(fixture.cell, channel: "c") { listener in
        _ = try await fixture.client.database(fixture.superuser).query(
          "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'cell'")
        await #expect(throws: PostgresError.self) {
          for try await _ in listener.notifications {}
        }
      }
    }
  }

  @Test func aServerThatIsAwayIsReported() async throws {
    try await TwoScopes.run { fixture in
      await fixture.server.stop()
      await #expect(throws: PostgresError.self) {
        try await fixture.client.withListener(fixture.cell, channel: "c") { _ in }
      }
      try await fixture.server.restart()
    }
  }
}
