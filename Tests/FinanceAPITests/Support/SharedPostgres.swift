import EmbeddedPostgres
import Logging
import PostgresClient
import Testing

/// The tests that need a database. They share one Postgres, since starting one takes longer than
/// most of them, and each makes tenants of its own in it.
@Suite(.sharedPostgres) enum DatabaseTests {}

/// Starts a Postgres before the tests of a suite, and removes it after them.
struct SharedPostgres: SuiteTrait, TestScoping {
  struct Server: Sendable {
    let client: PostgresClient
    /// The superuser's.
    let login: PostgresLogin
  }

  @TaskLocal static var server: Server?

  func provideScope(
    for test: Test, testCase: Test.Case?,
    performing function: @concurrent @Sendable () async throws -> Void
  ) async throws {
    try await withTemporaryPostgres { postgres in
      let client = PostgresClient(logger: Logger(label: "test"))
      defer { client.close() }
      let login = PostgresLogin(
        host: postgres.socketDirectory, port: postgres.port, database: "postgres",
        user: postgres.superuser)
      let server = Server(client: client, login: login)
      try await Self.$server.withValue(server, operation: function)
    }
  }
}

extension Trait where Self == SharedPostgres {
  static var sharedPostgres: SharedPostgres { SharedPostgres() }
}
