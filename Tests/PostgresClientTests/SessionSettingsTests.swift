import Foundation
import Logging
import Testing

@testable import PostgresClient

struct SessionSettingsTests {
  /// What stays with the server's administrator (docs/explanation/decisions.md).
  private static let leftToTheAdministrator = [
    "default_transaction_read_only": "freezes a database on purpose: writes are 503",
    "idle_session_timeout": "ends a session, which is replaced",
    "idle_in_transaction_session_timeout": "ends a session, which is replaced",
    "transaction_timeout": "ends a session, which is replaced",
  ]

  /// The answers of a session that begins now.
  private func answers(_ fixture: TwoScopes) async throws -> [[String?]] {
    let client = PostgresClient(
      configuration: .with { $0.maximumConnections = 2 },
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    defer { client.close() }
    return try await SensitiveStatements.run(
      on: client.database(fixture.cell, scope: SessionScope(role: "t_a", schema: "t_a")))
  }

  @Test func noSettingOfTheDatabaseOrTheRoleChangesAnAnswer() async throws {
    try await TwoScopes.run { fixture in
      let expected = try await answers(fixture)
      let superuser = fixture.client.database(fixture.superuser)
      let settings = try await HostileSettings.all(["user", "superuser"], on: superuser)
      #expect(settings.count > 200)
      var made = 0
      for (index, setting) in settings.enumerated()
      where Self.leftToTheAdministrator[setting.name] == nil {
        let target = index.isMultiple(of: 2) ? "database postgres" : "role cell"
        do {
          _ = try await superuser.query(.init(unsafeSQL: setting.change(of: target)))
        } catch {
          continue
        }
        made += 1
        do {
          let answers = try await answers(fixture)
          #expect(answers == expected, "\(target): \(setting)")
        } catch {
          Issue.record("\(target): \(setting): \(String(reflecting: error))")
        }
        _ = try await superuser.query(
          .init(unsafeSQL: "alter \(target) reset \(setting.name)"))
      }
      #expect(made > 200)
    }
  }

  /// As where everybody may execute `set_config`.
  @Test func nothingThatAnExpressionSetsReachesTheNextTenant() async throws {
    try await TwoScopes.run(configuration: .with { $0.maximumConnections = 1 }) { fixture in
      let tenants = ["t_a", "t_b"].map {
        fixture.client.database(
          fixture.cell,
          scope: SessionScope(
            role: $0, schema: $0, settings: [.init("app.key", "key of \($0)")],
            restoresSession: true))
      }
      let process: PostgresQuery = "select pg_backend_pid()"
      let expected = try await SensitiveStatements.runAtOnce(on: tenants[1])
      let settings = try await HostileSettings.all(["user"], on: tenants[0])
      #expect(settings.count > 100)
      var left = 0
      for (index, setting) in settings.enumerated() {
        let inject: PostgresQuery =
          "select set_config(\(setting.name), \(setting.value), false), pg_backend_pid()"
        let rows: PostgresRows
        do {
          rows =
            switch index % 3 {
            case 0: try await tenants[0].query(inject)
            case 1: try await tenants[0].transaction([inject])[0]
            default: try await tenants[0].withTransaction { try await $0.query(inject) }
            }
        } catch {
          continue
        }
        left += 1
        let before: Int = try rows[0].decode(1)
        do {
          let answers = try await SensitiveStatements.runAtOnce(on: tenants[1])
          #expect(answers == expected, "\(setting)")
          let after: Int = try await tenants[1].query(process)[0].decode(0)
          #expect(after == before, "\(setting)")
        } catch {
          Issue.record("\(setting): \(String(reflecting: error))")
        }
      }
      #expect(left > 100)
    }
  }

  @Test func everySessionBeginsWithTheSettingsThatAResetGoesBackTo() async throws {
    try await TwoScopes.run(configuration: .with { $0.maximumConnections = 1 }) { fixture in
      let rows = try await fixture.database("t_a").query(
        """
        select count(*) from pg_settings
        where source = 'client' and name in ('TimeZone', 'bytea_output', 'search_path',
          'statement_timeout', 'standard_conforming_strings')
        """)
      #expect(try rows[0].decode(0, as: Int.self) == 4)  // The scope's own search_path comes last.
    }
  }
}
