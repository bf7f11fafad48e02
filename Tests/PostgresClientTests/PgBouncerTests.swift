import Foundation
import Logging
import TestSupport
import Testing

@testable import PostgresClient

@Suite(.enabled(if: PgBouncer.isInstalled, "PgBouncer is not installed"))
struct PgBouncerTests {
  private func withClient(
    _ connections: Int = 4, _ body: (PostgresClient) async throws -> Void
  ) async throws {
    let client = PostgresClient(
      configuration: .with { $0.maximumConnections = connections },
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await client.run() }
      defer { group.cancelAll() }
      try await body(client)
    }
  }

  private func tenant(
    _ client: PostgresClient, _ login: PostgresLogin, settings: [SessionScope.Setting] = []
  ) -> PostgresDatabase {
    client.database(
      login,
      scope: SessionScope(
        role: "t_a", schema: "t_a", settings: settings, restoresSession: !settings.isEmpty))
  }

  @Test(
    arguments: ["transaction", "statement"],
    [[:], ["server_round_robin": "1"], ["default_pool_size": "1"]] as [[String: String]])
  func aPoolerThatSharesProcessesIsRefusedWithTheReason(
    mode: String, settings: [String: String]
  ) async throws {
    try await TwoScopes.run { fixture in
      try await PgBouncer.run(before: fixture, mode: mode, settings: settings) { login in
        try await withClient { client in
          let error = await #expect(throws: PostgresError.self) { try await client.tryLogin(login) }
          #expect(error?.code == .refused)
          #expect(error?.detail.contains("pool_mode = session") == true, "\(error?.detail ?? "")")
          await #expect(throws: PostgresError.self) {
            try await client.withListener(login, channel: "c") { _ in }
          }
        }
      }
    }
  }

  @Test func aPoolerThatTakesNoOptionsIsRefusedWithTheReason() async throws {
    try await TwoScopes.run { fixture in
      try await PgBouncer.run(before: fixture, mode: "session", ignoresOptions: false) { login in
        try await withClient { client in
          let error = await #expect(throws: PostgresError.self) { try await client.tryLogin(login) }
          #expect(error?.code == .refused)
          let hint = "ignore_startup_parameters = options"
          #expect(error?.detail.contains(hint) == true, "\(error?.detail ?? "")")
        }
      }
    }
  }

  @Test func sessionPoolingServesStatementsTransactionsAndNotifications() async throws {
    try await TwoScopes.run { fixture in
      let expected = try await SensitiveStatements.run(on: fixture.database("t_a"))
      _ = try await fixture.client.database(fixture.superuser).query(
        "alter database postgres set bytea_output = 'escape'")
      try await PgBouncer.run(before: fixture, mode: "session") { login in
        try await withClient { client in
          for settings: [SessionScope.Setting] in [[], [.init("app.key", "key")]] {
            for _ in 0..<3 {
              let answers = try await SensitiveStatements.run(
                on: tenant(client, login, settings: settings))
              #expect(answers == expected)
            }
          }
          let received = try await client.withListener(login, channel: "c") { listener in
            _ = try await fixture.client.database(fixture.superuser).query(
              "select pg_notify('c', 'x')")
            return try await listener.notifications.first { _ in true }
          }
          #expect(received?.payload == "x")
        }
      }
    }
  }

  @Test func sessionPoolingCancelsWhatNobodyWaitsFor() async throws {
    try await TwoScopes.run { fixture in
      try await PgBouncer.run(before: fixture, mode: "session") { login in
        try await withClient { client in
          let task = Task {
            try await tenant(client, login).query(.init(unsafeSQL: "select pg_sleep(60)"))
          }
          let superuser = fixture.client.database(fixture.superuser)
          let running: PostgresQuery =
            "select from pg_stat_activity where usename = 'cell' and query ~ '^select pg_sleep'"
          try await eventually("it runs") { try await !superuser.query(running).isEmpty }
          task.cancel()
          let error = await #expect(throws: PostgresError.self) { try await task.value }
          #expect(error?.code == .cancelled)
        }
      }
    }
  }

  @Test func aSessionPoolThatIsFullIsTakenForNoOther() async throws {
    try await TwoScopes.run { fixture in
      try await PgBouncer.run(
        before: fixture, mode: "session", settings: ["default_pool_size": "1"]
      ) { login in
        try await withClient(1) { client in
          let rows = try await tenant(client, login).query("select name from item")
          #expect(rows.count == 1)
        }
      }
    }
  }
}
