import Logging
import PostgresClient

/// Runs `body` with a Postgres client of a command's own, and closes it afterwards.
func withPostgresClient<R: Sendable>(
  _ configuration: PostgresClientConfiguration = .init(),
  _ body: (PostgresClient) async throws -> R
) async throws -> R {
  var logger = Logger(label: "terrace")
  logger.logLevel = .error
  let client = PostgresClient(configuration: configuration, logger: logger)
  return try await withThrowingTaskGroup(of: Void.self) { group in
    group.addTask { try await client.run() }
    defer { group.cancelAll() }
    return try await body(client)
  }
}
