import ArgumentParser
import CoreMetrics
import HTTPSupport
import Logging

struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Serve tenants, or the admin endpoint, on a database that is prepared.",
    discussion: """
      TERRACE_MODE sets what the process is: `shared` serves tenants and holds nothing that could \
      register one; `dedicated` serves one tenant; `admin` has the admin endpoint and no public \
      listener; `dev` is all at once.

      On SIGTERM it turns not ready, lets requests finish, and exits with 0. It logs JSON to standard \
      error, one object a line.

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

/// The logs and metrics of a serving process, set up once, before anything makes a logger.
struct Observability: Sendable {
  let metrics = PrometheusMetrics()
  let log = LogWriter()

  /// ## Configuration keys
  /// - `TERRACE_LOG_LEVEL`
  ///
  /// - Parameter level: what counts if the key is not set.
  init(_ source: ConfigurationSource, level: Logger.Level) throws {
    let form = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
    let level = try source.value(.logLevel, form: form) { Logger.Level(rawValue: $0) } ?? level
    LoggingSystem.bootstrap { [log] label in
      JSONLogHandler(label: label, writer: log, level: level)
    }
    MetricsSystem.bootstrap(metrics)
  }

  func server(_ configuration: ProcessConfiguration) throws -> TerraceServer {
    try TerraceServer(
      configuration, metrics: metrics, log: log, logger: Logger(label: "terrace"))
  }
}
