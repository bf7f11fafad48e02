import CoreMetrics
import HTTPSupport
import Logging

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
