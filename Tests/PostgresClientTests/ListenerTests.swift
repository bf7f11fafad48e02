import Synchronization
import Testing

@testable import PostgresClient

@Suite(.timeLimit(.minutes(1))) struct ListenerTests {
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

  /// Whoever may connect can send so many. What is said of them is an error, once.
  @Test func aFloodOfNotificationsEndsThemWithAnError() async throws {
    try await TwoScopes.run { fixture in
      try await fixture.client.withListener(fixture.cell, channel: "c") { listener in
        _ = try await fixture.client.database(fixture.superuser).query(
          "select count(pg_notify('c', g::text)) from generate_series(1, 200000) g")
        var count = 0
        do {
          for try await _ in listener.notifications { count += 1 }
          Issue.record("the notifications ended without an error")
        } catch let error as PostgresError {
          #expect(error.code == .flooded)
        }
        #expect(count <= PostgresListener.maximumInTenSeconds)
      }
    }
  }

  /// What comes all at once is taken in parts, and others are served in between.
  @Test func aFloodIsTakenInParts() async throws {
    try await TwoScopes.run { fixture in
      let parts = Parts()
      let client = fixture.client
      let handle = try ConnectionHandle.open(
        fixture.cell, configuration: client.configuration, poolers: client.poolers)
      let connection = PostgresConnection(
        id: ConnectionID(index: -1), handle: handle, owner: parts, reactor: client.reactor,
        configuration: client.configuration)
      defer { connection.close() }
      let listen = Batch(opening: .none, queries: ["listen c"], ending: .none)
      let operation = Operation(pool: PoolID(index: -1), scope: nil, batch: listen)
      _ = await withUnsafeContinuation { continuation in
        guard operation.wait(continuation), operation.start(on: connection) else { return }
        _ = connection.run(operation, listen, staysCheckedOut: true)
      }
      _ = try await client.database(fixture.superuser).query(
        "select count(pg_notify('c', g::text)) from generate_series(1, 200000) g")
      while parts.counts.withLock({ $0.reduce(0, +) }) < 200_000 {
        try await Task.sleep(for: .milliseconds(20))
      }
      let largest = parts.counts.withLock { $0.max() ?? 0 }
      // One read takes in at most 16 KiB.
      #expect(largest < 2000)
    }
  }

  private final class Parts: ConnectionOwner {
    let counts = Mutex<[Int]>([])

    func connectionIsFree(_ connection: PostgresConnection) {}
    func connectionIsUnfit(_ connection: PostgresConnection) {}
    func connectionIsLost(_ connection: PostgresConnection, _ error: PostgresError) {}
    func connection(
      _ connection: PostgresConnection, received notifications: [PostgresListener.Notification]
    ) {
      counts.withLock { $0.append(notifications.count) }
    }
  }

  @Test func aSessionThatListensToNothingIsThereForWhatItHolds() async throws {
    try await TwoScopes.run { fixture in
      let database = fixture.client.database(fixture.superuser)
      try await fixture.client.withListener(
        fixture.superuser, channel: nil, first: "select pg_advisory_lock(7)"
      ) { _ in
        let rows = try await database.query(
          "select count(*) from pg_locks where locktype = 'advisory'")
        #expect(try rows[0].decode(0, as: Int.self) == 1)
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
