import ArgumentParser
import HTTPSupport

struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Serve tenants, or the admin endpoint, on a database that is prepared.",
    discussion: """
      TERRACE_MODE says what the process is: shared serves tenants and holds nothing that could \
      register one; admin has the admin endpoint and no public listener; dev is both at once.

      On SIGTERM it turns not ready, lets requests finish, and exits with 0. Logs are JSON, a line \
      each, on standard error.

      All keys: docs/reference/configuration.md. The database: terrace bootstrap, terrace migrate.
      """)

  func run() async throws {
    let source = try ConfigurationSource()
    let configuration = try ProcessConfiguration(source)
    let observability = try Observability(source, level: .info)
    defer { observability.log.flush() }
    try await observability.server(configuration).run()
  }
}
