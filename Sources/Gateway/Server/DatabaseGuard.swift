import Atomics
import Logging
import PostgresClient
import ServiceLifecycle

/// Checks, at start, that the database keeps tenants apart and has the schema that this build
/// knows. Until it has passed nobody is served; a database that is away is asked again.
final class DatabaseGuard: Service {
  /// The database is not as it must be: the process must end.
  struct Unfit: Error, CustomStringConvertible {
    let description: String
  }

  private let readiness: DatabaseReadiness
  private let logger: Logger
  private let passed = ManagedAtomic(false)

  init(_ readiness: DatabaseReadiness, logger: Logger) {
    self.readiness = readiness
    self.logger = logger
  }

  var hasPassed: Bool { passed.load(ordering: .relaxed) }

  /// - Throws: ``Unfit``, with a line per fault.
  func run() async throws {
    try await cancelWhenGracefulShutdown {
      while try await !self.passes() {
        guard (try? await Task.sleep(for: .seconds(1))) != nil else { return }
      }
      self.passed.store(true, ordering: .relaxed)
    }
    try await gracefulShutdown()
  }

  private func passes() async throws -> Bool {
    do {
      let complaints = try await readiness.complaints()
      guard complaints.isEmpty else {
        throw Unfit(description: complaints.joined(separator: "\n"))
      }
      return true
    } catch let error as PostgresError where error.code != .server {
      logger.warning(
        "the database cannot be checked yet", metadata: ["error": "\(error.debugDescription)"])
      return false
    }
  }
}
