import ArgumentParser
import Logging
import PostgresClient
import TenantRegistry

/// Runs `body` with a Postgres client of a command's own, and closes it afterwards.
///
/// - Parameters:
///   - login: the login that is tried first, so that a server that is away or refuses it is reported
///     in its own words; nil for who waits for it.
///   - roles: those that the login is one of.
///   - wait: how long a server may be away before that is reported.
/// - Throws: ``PostgresError`` with code `connectFailed` or `refused`; ``CommandFailure`` if the server refuses a
///   login of `roles`; what `body` throws.
func withPostgresClient<R: Sendable>(
  _ configuration: PostgresClientConfiguration = .init(), to login: PostgresLogin? = nil,
  of roles: DatabaseRoles? = nil, waiting wait: DatabaseWait? = nil,
  _ body: (PostgresClient) async throws -> R
) async throws -> R {
  var logger = Logger(label: "terrace")
  logger.logLevel = .error
  let client = PostgresClient(configuration: configuration, logger: logger)
  return try await withThrowingTaskGroup(of: Void.self) { group in
    group.addTask { try await client.run() }
    defer { group.cancelAll() }
    if let login { try await tryLogin(login, of: roles, waiting: wait, client) }
    return try await body(client)
  }
}

private func tryLogin(
  _ login: PostgresLogin, of roles: DatabaseRoles?, waiting wait: DatabaseWait?,
  _ client: PostgresClient
) async throws {
  do {
    if let wait {
      try await wait.tryLogin(login, client)
    } else {
      try await client.tryLogin(login)
    }
  } catch let error as PostgresError {
    guard let roles, error.refusesLogin, let failure = CommandFailure(error) else { throw error }
    throw CommandFailure(failure.description + roles.hint(for: login))
  }
}

extension PostgresError {
  /// Whether the server is there, and does not let the login in.
  var refusesLogin: Bool { code == .refused && sqlState != nil && sqlState != "08P01" }
}

/// How long a command waits for a database that is not there yet.
struct DatabaseWait: ParsableArguments {
  @Option(
    name: .customLong("wait-for-database"),
    help: ArgumentHelp(
      "How long to wait for a server that cannot be reached yet, or starts up. (default: not at all)",
      valueName: "seconds"))
  var seconds = 0

  func validate() throws {
    guard (0...86_400).contains(seconds) else {
      throw ValidationError("--wait-for-database must be a number of seconds from 0 to 86400")
    }
  }

  /// Returns once the login can connect. Says on standard error what it waits for, whenever that
  /// changes.
  ///
  /// - Throws: ``PostgresError`` if the time is up; at once if the server answers and refuses the
  ///   login, which waiting does not mend.
  func tryLogin(_ login: PostgresLogin, _ client: PostgresClient) async throws {
    let deadline = ContinuousClock.now + .seconds(seconds)
    var said: String?
    while true {
      // Before the login: a server that comes between the two takes it.
      let isAnswered = seconds > 0 ? await login.isAnswered() : true
      do throws(PostgresError) {
        return try await client.tryLogin(login)
      } catch {
        guard error.code == .connectFailed, !isAnswered, ContinuousClock.now < deadline else {
          throw error
        }
        let reason = CommandFailure(error)?.description
        if let reason, reason != said { printError("waiting: \(reason)") }
        said = reason
      }
      try await Task.sleep(for: .seconds(1))
    }
  }
}
