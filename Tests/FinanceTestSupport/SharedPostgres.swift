import EmbeddedPostgres
import Logging
import PostgresClient
import Testing

/// Starts a Postgres before the tests of a suite, and removes it after them.
package struct SharedPostgres: SuiteTrait, TestScoping {
  package struct Server: Sendable {
    package let client: PostgresClient
    /// The superuser's.
    package let login: PostgresLogin
    /// The path of the server's log.
    package let log: String
  }

  /// Of the server, besides those of every temporary one.
  let settings: [String: String]

  /// The test is in no suite that has a Postgres.
  package struct Missing: Error {}

  @TaskLocal package static var server: Server?

  package func provideScope(
    for test: Test, testCase: Test.Case?,
    performing function: @concurrent @Sendable () async throws -> Void
  ) async throws {
    try await withTemporaryPostgres(settings: settings) { postgres in
      let client = PostgresClient(logger: Logger(label: "test"))
      defer { client.close() }
      let login = PostgresLogin(
        host: postgres.socketDirectory, port: postgres.port, database: "postgres",
        user: postgres.superuser)
      // The log lies beside the data directory.
      let server = Server(
        client: client, login: login, log: postgres.socketDirectory + "/data.log")
      try await Self.$server.withValue(server, operation: function)
    }
  }
}

extension Trait where Self == SharedPostgres {
  package static var sharedPostgres: SharedPostgres { SharedPostgres(settings: [:]) }

  package static func sharedPostgres(settings: [String: String]) -> SharedPostgres {
    SharedPostgres(settings: settings)
  }
}
