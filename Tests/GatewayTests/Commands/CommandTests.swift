import Foundation
import Testing

@testable import Gateway

/// What the command says and how it ends, without a server.
@Suite struct CommandTests {
  private func terrace(
    _ arguments: String..., environment: [String: String] = [:]
  ) throws -> (exitCode: Int32, output: String) {
    try TerraceCommand.run(arguments, environment)
  }

  @Test func theVersionIsPrinted() throws {
    #expect(try terrace("--version") == (0, Terrace.version + "\n"))
  }

  @Test(arguments: Terrace.configuration.subcommands.map { $0._commandName })
  func everySubcommandHelps(name: String) throws {
    let (exitCode, output) = try terrace("help", name)
    #expect(exitCode == 0)
    #expect(output.contains("USAGE: terrace \(name)"))
    #expect(try terrace("--help").output.contains("  \(name) "))
  }

  @Test func wrongUsageIs64AndSaysWhatIsRight() throws {
    let (exitCode, output) = try terrace("tenant", "create")
    #expect(exitCode == 64)
    #expect(output.contains("Usage: terrace tenant create <slug>"))
  }

  @Test(arguments: ["serve", "bootstrap", "migrate", "doctor"])
  func aMissingSettingIs78InOneLine(name: String) throws {
    let (exitCode, output) = try terrace(name)
    #expect(exitCode == 78)
    #expect(output.hasPrefix("terrace: TERRACE_"))
    #expect(output.filter(\.isNewline).count == 1)
  }

  @Test func missingPostgresIsOneLine() async throws {
    try await DevelopmentFolder.with { folder in
      var folder = folder
      folder.environment["TERRACE_POSTGRES_BIN"] = "/nowhere"
      let (exitCode, output) = try folder.terrace("dev")
      #expect(exitCode == 1)
      #expect(
        output == "terrace: TERRACE_POSTGRES_BIN=/nowhere has no working initdb and postgres\n")
    }
  }

  @Test func bootstrapPrintsItsSQLAndNoPassword() throws {
    let (exitCode, output) = try terrace(
      "bootstrap", "--print",
      environment: ["TERRACE_OWNER_PASSWORD": "open sesame", "TERRACE_DATABASE_NAME": "finance"])
    #expect(exitCode == 0)
    #expect(output.contains("revoke execute on function pg_catalog.set_config"))
    #expect(output.contains("alter database \"finance\" owner to terrace_owner;"))
    #expect(output.contains("SCRAM-SHA-256$"))
    #expect(!output.contains("open sesame"))
  }

  @Test(arguments: [
    "http://admin.example:8081", "http://127.0.0.1.nip.io:8081", "ftp://localhost",
    "localhost:8081",
  ])
  func theTokenIsNotSentInClearTextOverANetwork(server: String) throws {
    let (exitCode, output) = try terrace("tenant", "list", "--server", server)
    #expect(exitCode == 64)
    #expect(output.hasPrefix("Error: --server must be"))
  }

  @Test func columnsAreAligned() {
    let table = TextTable(rows: [["SLUG", "NAME"], ["a-long-one", "x"], ["b", "größer"]])
    #expect(table.description == "SLUG        NAME\na-long-one  x\nb           größer")
  }
}
