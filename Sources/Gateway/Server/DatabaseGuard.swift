import Atomics
import Logging
import PostgresClient
import ServiceLifecycle
import TenantRegistry

/// Checks, at start, that the database keeps tenants apart and has the schema that this build
/// knows. Until it has passed nobody is served; a database that is away is asked again, one that
/// refuses the login is not.
final class DatabaseGuard: Service {
  /// The database is not as it must be: the process must end.
  struct Unfit: Error, CustomStringConvertible {
    let description: String
  }

  private let client: PostgresClient
  private let login: PostgresLogin
  private let roles: DatabaseRoles
  private let readiness: DatabaseReadiness
  private let logger: Logger
  private let passed = ManagedAtomic(false)

  /// - Parameters:
  ///   - roles: what the roles of this installation are called.
  ///   - connections: how many connections all processes on the database may open together.
  init(
    _ client: PostgresClient, _ login: PostgresLogin, roles: DatabaseRoles, connections: Int,
    logger: Logger
  ) {
    self.client = client
    self.login = login
    self.roles = roles
    readiness = DatabaseReadiness(
      client.database(login), roles: roles, connections: connections)
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
      let findings = try await readiness.findings()
      let faults = findings.filter(\.blocksServing)
      guard faults.isEmpty else {
        throw Unfit(description: faults.map(\.description).joined(separator: "\n"))
      }
      for finding in findings { logger.warning("\(finding)") }
      for warning in (try? await readiness.warnings()) ?? [] {
        logger.warning("one tenant could hold up the others", metadata: ["problem": "\(warning)"])
      }
      return true
    } catch let error as PostgresError where error.code != .server {
      if error.code == .connectFailed { try await refuseWhatCannotWork() }
      // That the process is to end says nothing about the database.
      guard !Task.isCancelled else { return false }
      logger.warning(
        "the database cannot be checked yet", metadata: ["error": "\(error.debugDescription)"])
      return false
    }
  }

  /// - Throws: ``Unfit`` if the server is there, and does not let the login in or cannot be used the
  ///   way it is reached.
  private func refuseWhatCannotWork() async throws {
    do throws(PostgresError) {
      try await client.tryLogin(login)
    } catch {
      guard error.code == .refused else { return }
      let text = error.detail.split(whereSeparator: \.isNewline).joined(separator: " ")
      throw Unfit(description: text + (error.refusesLogin ? roles.hint(for: login) : ""))
    }
  }
}
