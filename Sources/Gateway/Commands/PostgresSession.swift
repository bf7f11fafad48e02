import Logging
import PostgresClient

/// Runs `body` with a Postgres client of a command's own, and closes it afterwards.
///
/// - Parameter login: the login that is tried first, so that a server that is away or refuses it is
///   reported in its own words; nil for who waits for it.
/// - Throws: ``PostgresError`` with code `connectFailed`; what `body` throws.
func withPostgresClient<R: Sendable>(
  _ configuration: PostgresClientConfiguration = .init(), to login: PostgresLogin? = nil,
  _ body: (PostgresClient) async throws -> R
) async throws -> R {
  var logger = Logger(label: "terrace")
  logger.logLevel = .error
  let client = PostgresClient(configuration: configuration, logger: logger)
  return try await withThrowingTaskGroup(of: Void.self) { group in
    group.addTask { try await client.run() }
    defer { group.cancelAll() }
    if let login { try await client.tryLogin(login) }
    return try await body(client)
  }
}
