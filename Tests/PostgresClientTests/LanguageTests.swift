import EmbeddedPostgres
import Foundation
import Testing

@testable import PostgresClient

/// Servers that speak another language: nothing may depend on the text of a message.
struct LanguageTests {
  /// Runs `body` on a server with German messages, where its build has them.
  private func inGerman(_ body: (TwoScopes) async throws -> Void) async throws {
    let locales = FileManager.default.temporaryDirectory.path + "/\(UUID().uuidString)"
    try FileManager.default.createDirectory(
      atPath: locales, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
    defer { try? FileManager.default.removeItem(atPath: locales) }
    let localedef = Process()
    localedef.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    localedef.arguments = [
      "localedef", "-i", "de_DE", "-f", "UTF-8", "--no-archive", locales + "/de_DE.UTF-8",
    ]
    try localedef.run()
    localedef.waitUntilExit()
    #expect(localedef.terminationStatus == 0, "the Debian package locales has what it needs")
    try await TwoScopes.run(
      settings: ["lc_messages": "de_DE.UTF-8"], environment: ["LOCPATH": locales], body)
  }

  /// Debian's is translated; the others may be built without.
  private func isGerman(_ message: String) -> Bool {
    message.contains("existiert nicht")
      || ProcessInfo.processInfo.environment["TERRACE_POSTGRES_BIN"] != nil
  }

  @Test func aStalePlanIsMadeAnew() async throws {
    try await inGerman { fixture in
      let superuser = fixture.client.database(fixture.superuser)
      let missing = await #expect(throws: PostgresError.self) {
        try await superuser.query("select from nowhere")
      }
      #expect(isGerman(missing?.detail ?? ""), "\(missing?.detail ?? "")")
      let tenant = fixture.database("t_a")
      #expect(try await tenant.query("select * from item").count == 1)
      _ = try await superuser.query("alter table t_a.item add column note text")
      #expect(try await tenant.query("select * from item").count == 1)
      // Other uses of the same SQLSTATE are no stale plans.
      let other = await #expect(throws: PostgresError.self) {
        try await tenant.query("select distinct name from item for update")
      }
      #expect(other?.sqlState == "0A000")
      #expect(other?.isStalePlan == false)
    }
  }

  @Test func aLoginThatIsRefusedIsToldFromAServerThatIsAway() async throws {
    try await inGerman { fixture in
      let wrong = fixture.cell.with(user: "cell", password: "another")
      let refused = await #expect(throws: PostgresError.self) {
        try await fixture.client.tryLogin(wrong)
      }
      #expect(refused?.code == .refused)
      #expect(refused?.sqlState == "28P01")
      _ = try await fixture.client.database(fixture.superuser).query("alter role cell nologin")
      let closed = await #expect(throws: PostgresError.self) {
        try await fixture.client.tryLogin(fixture.cell)
      }
      #expect(closed?.code == .refused)
      #expect(closed?.sqlState == "28000")
      var missing = fixture.superuser
      missing.database = "nowhere"
      var away = fixture.superuser
      away.host += "/gone"
      for login in [missing, away] {
        let error = await #expect(throws: PostgresError.self) {
          try await fixture.client.tryLogin(login)
        }
        #expect(error?.code == .connectFailed)
      }
    }
  }

  @Test(arguments: [
    "connection to server at \"db\" (10.0.0.1), port 5432 failed: FATAL:  28P01: no\nLOCATION: x\n",
    "致命错误:  28P01: no\n", "FATAL:  3D000: a\nFATAL:  28P01: no\n",
  ])
  func theCodeIsFoundWhateverTheLanguage(message: String) {
    #expect(ConnectionRefusal.parse(message).sqlState == "28P01")
    #expect(ConnectionRefusal.parse(message).message == "no")
  }

  @Test func aMessageOfLibpqsOwnHasNoCode() {
    #expect(ConnectionRefusal.parse("could not translate host name \"db\"\n").sqlState == nil)
  }
}
