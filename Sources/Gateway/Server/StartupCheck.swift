import HTTPSupport
import Logging
import PostgresClient
import ServiceLifecycle
import TenantRegistry

/// Checks, at start, that the database keeps tenants apart and has the schema that this build
/// knows. Until it has passed nobody is served; a database that is away is asked again, one that
/// refuses the login is not.
final class StartupCheck: Service {
  private let client: PostgresClient
  private let login: PostgresLogin
  private let roles: DatabaseRoles
  private let readiness: DatabaseReadiness
  private let logger: Logger
  /// Is reached when the database has passed.
  let passed = Milestone()

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

  var hasPassed: Bool { passed.isReached }

  /// - Throws: ``StartupCheckError``, with a line per finding.
  func run() async throws {
    try await cancelWhenGracefulShutdown {
      while try await !self.passes() {
        guard (try? await Task.sleep(for: .seconds(1))) != nil else { return }
      }
      self.passed.reach()
    }
    try await gracefulShutdown()
  }

  private func passes() async throws -> Bool {
    do {
      let findings = try await readiness.findings()
      let blocking = findings.filter(\.blocksServing)
      guard blocking.isEmpty else {
        throw StartupCheckError(description: blocking.map(\.description).joined(separator: "\n"))
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

  /// - Throws: ``StartupCheckError`` if the server is there, and does not let the login in or cannot be used the
  ///   way it is reached.
  private func refuseWhatCannotWork() async throws {
    do throws(PostgresError) {
      try await client.tryLogin(login)
    } catch {
      guard error.code == .refused else { return }
      let text = error.detail.split(whereSeparator: \.isNewline).joined(separator: " ")
      throw StartupCheckError(
        description: text + (error.refusesLogin ? roles.hint(for: login) : ""))
    }
  }
}

/// The database is not as it must be: the process must end.
struct StartupCheckError: Error, CustomStringConvertible {
  let description: String
}

/// A service that begins once the database has passed its check.
struct DeferredService: Service {
  let check: StartupCheck
  let service: any Service

  func run() async throws {
    await cancelWhenGracefulShutdown { await check.passed.wait() }
    guard check.hasPassed else { return }
    try await service.run()
  }
}

/// Whether a process may serve on a database.
struct DatabaseReadiness: Sendable {
  private let check: DatabaseCheck
  private let migrator: RegistryMigrator

  /// - Parameter connections: how many connections all processes on the database may open
  ///   together.
  init(_ database: PostgresDatabase, roles: DatabaseRoles, connections: Int = 0) {
    check = DatabaseCheck(database, roles: roles, connections: connections)
    migrator = RegistryMigrator(database: database, tenantMigrations: TenantModules.migrations)
  }

  /// What is wrong; empty if nothing is.
  func findings() async throws -> [DatabaseCheck.Finding] {
    var findings = try await check.findings()
    let pending = try await migrator.pending()
    if !pending.isEmpty {
      findings.append(
        .init(
          problem: "the registry lacks \(pending.count) migrations", remedy: "terrace migrate"))
    }
    return findings
  }

  /// By what one tenant could hold up the others.
  func warnings() async throws -> [DatabaseCheck.Finding] { try await check.warnings() }
}
