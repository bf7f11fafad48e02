import EmbeddedPostgres
import Logging
import NIOPosix

@testable import PostgresClient

/// A server with one login, `cell`, that may switch to the roles `t_a`, `t_b`, … Each role has a
/// schema of its name, with a table `item` in it whose only row is that name.
struct TwoScopes {
  let server: EmbeddedPostgres
  let client: PostgresClient

  var superuser: PostgresLogin {
    PostgresLogin(
      host: server.socketDirectory, port: server.port, database: "postgres",
      user: server.superuser)
  }

  var cell: PostgresLogin { superuser.with(user: "cell", password: "cell") }

  func database(_ role: String) -> PostgresDatabase {
    client.database(cell, scope: SessionScope(role: role, schema: role))
  }

  /// Starts a server and a client, runs `body`, and ends both.
  ///
  /// - Parameter onEventLoop: whether an event loop reads the results; otherwise a thread does.
  static func run(
    roles: [String] = ["t_a", "t_b"],
    configuration: PostgresClientConfiguration = .with { $0.maximumConnections = 4 },
    onEventLoop: Bool = true, settings: [String: String] = [:],
    environment: [String: String] = [:],
    _ body: (TwoScopes) async throws -> Void
  ) async throws {
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let client = PostgresClient(
      configuration: configuration,
      eventLoop: onEventLoop ? MultiThreadedEventLoopGroup.singleton.next() : nil, logger: logger)
    try await withTemporaryPostgres(settings: settings, environment: environment) { server in
      let fixture = TwoScopes(server: server, client: client)
      let owner = PostgresClient(logger: logger)
      _ = try await owner.database(fixture.superuser).transaction(setUp(roles))
      owner.close()
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await client.run() }
        defer { group.cancelAll() }
        try await body(fixture)
      }
    }
  }

  private static func setUp(_ roles: [String]) -> [PostgresQuery] {
    [.init(unsafeSQL: "create role cell login noinherit password 'cell'")]
      + roles.flatMap { role in
        [
          "create role \(role)", "create schema \(role)",
          "create table \(role).item (name text not null unique)",
          "insert into \(role).item values ('\(role)')",
          "create view \(role).names as select name from \(role).item",
          "grant select on \(role).names to \(role)",
          "grant usage on schema \(role) to \(role)",
          "grant select, insert, update, delete on \(role).item to \(role)",
          "grant \(role) to cell",
        ].map(PostgresQuery.init(unsafeSQL:))
      }
  }
}

extension PostgresClientConfiguration {
  /// The defaults, changed by `change`.
  static func with(_ change: (inout PostgresClientConfiguration) -> Void) -> Self {
    var configuration = PostgresClientConfiguration()
    change(&configuration)
    return configuration
  }
}
