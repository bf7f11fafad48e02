import ArgumentParser
import PostgresClient
import TenantRegistry

struct DoctorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Check that the database keeps tenants apart, and that it is up to date.",
    discussion: """
      Prints each finding and how to mend it. `terrace serve` makes the same checks, and refuses to \
      start on a database that fails them. One finding stops no start: another database that shares \
      the roles. Neither does a warning, which is about what lets one tenant hold up the others.

      Reads the TERRACE_DATABASE_… keys, TERRACE_ROLE_PREFIX, TERRACE_REPLICAS, and \
      TERRACE_READER_PASSWORD or TERRACE_OWNER_PASSWORD.
      """)

  func run() async throws {
    let source = try ConfigurationSource()
    let configuration = try DatabaseConfiguration(source)
    let login = try configuration.login(source)
    let connections = try PostgresClientConfiguration(source)
      .connections(of: ProcessConfiguration.replicas(source))
    let (findings, warnings) = try await withPostgresClient(to: login, of: configuration.roles) {
      let readiness = DatabaseReadiness(
        $0.database(login), roles: configuration.roles, connections: connections)
      return (try await readiness.findings(), try await readiness.warnings())
    }
    for finding in findings { try printOutput("- \(finding)") }
    for warning in warnings { try printOutput("- warning: \(warning)") }
    guard findings.isEmpty else { throw ExitCode.failure }
    try printOutput("The database is as it must be.")
  }
}
