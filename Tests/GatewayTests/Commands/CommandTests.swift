import AdminAPI
import Foundation
import Testing

@testable import EmbeddedPostgres
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

  @Test func bootstrapNamesTheRolesByThePrefix() throws {
    let (exitCode, output) = try terrace(
      "bootstrap", "--print", environment: ["TERRACE_ROLE_PREFIX": "home"])
    #expect(exitCode == 0)
    #expect(output.contains("alter database \"terrace\" owner to home_owner;"))
    #expect(output.contains("grant connect on database \"terrace\" to home_reader;"))
    #expect(!output.contains("terrace_"))
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

  @Test(arguments: [
    "http://admin:sesame@127.0.0.1:8081", "http://127.0.0.1:8081#sesame", "http://127.0.0.1:99999",
  ])
  func aServerThatIsNoPlainAddressIsRefusedAndNotRepeated(server: String) throws {
    let (exitCode, output) = try terrace("tenant", "list", "--server", server)
    #expect(exitCode == 64)
    #expect(output.hasPrefix("Error: --server must be"))
    #expect(!output.contains("sesame"))
  }

  private static let noTokens: [(bytes: [UInt8], message: String)] = [
    (Array("sesame\nopen\n".utf8), "holds no admin token"),
    (Array("open sesame\n".utf8), "holds no admin token"),
    (Array("sesamé\n".utf8), "holds no admin token"),
    (Array("sesame".utf8) + [0xff], "is not UTF-8 text"),
    ([], "is empty"), ([0x0a], "is empty"),
  ]

  @Test(arguments: noTokens)
  func aFileThatHoldsNoTokenIsNamedAndNotRepeated(bytes: [UInt8], message: String) throws {
    let file = FileManager.default.temporaryDirectory.path + "/\(UUID().uuidString)"
    try Data(bytes).write(to: URL(fileURLWithPath: file))
    defer { try? FileManager.default.removeItem(atPath: file) }
    let (exitCode, output) = try terrace("tenant", "list", "--token-file", file)
    #expect(exitCode == 1)
    #expect(output.hasPrefix("terrace: \(file) \(message)"), "\(output)")
    #expect(!output.contains("sesam"))
    #expect(output.filter(\.isNewline).count == 1)
  }

  @Test(
    arguments: [
      ["tenant", "show"], ["tenant", "limit"], ["tenant", "move", "--to", "shared"], ["overlay"],
      ["overlay", "--stdout"],
    ], ["", "../acme", "acme/limits"])
  func whatIsNoSlugIsWrongUsage(command: [String], slug: String) throws {
    let (exitCode, output) = try TerraceCommand.run(command + [slug])
    #expect(exitCode == 64)
    #expect(output.contains("The value '\(slug)' is invalid for '<slug>': m"), "\(output)")
  }

  @Test(arguments: ["add", "address"], ["", "..", "pg2/x", "pg2-"])
  func whatIsNoNameOfANodeIsWrongUsage(command: String, name: String) throws {
    let (exitCode, output) = try terrace("node", command, name, "--host", "pg2.internal")
    #expect(exitCode == 64)
    #expect(output.contains("The value '\(name)' is invalid for '<name>': must"), "\(output)")
  }

  @Test(arguments: ["", "<html>", #"{"tenants":[]}"#])
  func anAnswerThatIsNotUnderstoodIsSaidInOneLineAndNotRepeated(body: String) {
    let answer = AdminAnswer(
      request: "GET http://127.0.0.1:8081/admin/tenants/acme", status: 200, body: Data(body.utf8))
    let failure = #expect(throws: CommandFailure.self) { try answer.decoded(as: TenantBody.self) }
    #expect(
      failure?.description == "the answer to GET http://127.0.0.1:8081/admin/tenants/acme is not "
        + "that of an admin endpoint of this version")
  }

  @Test(arguments: ["--help", "--version", "bootstrap --print"])
  func outputThatCannotBeWrittenIsAFailureInOneLine(arguments: String) throws {
    let (status, output) = try ChildProcess.run([
      "sh", "-c", "exec '\(TerraceCommand.path)' \(arguments) >/dev/full",
    ])
    #expect(status >> 8 == 1)
    #expect(output == "terrace: cannot write to standard output: No space left on device\n")
  }

  @Test func columnsAreAligned() {
    let table = TextTable(rows: [["SLUG", "NAME"], ["a-long-one", "x"], ["b", "größer"]])
    #expect(table.description == "SLUG        NAME\na-long-one  x\nb           größer")
  }
}
