import Logging
import ServiceLifecycle

/// A pool of connections for each login, and one bound over all of them.
public final class PostgresClient: Service, Sendable {
  public init(configuration: PostgresClientConfiguration = .init(), logger: Logger) {
    fatalError()
  }

  /// The door to `login`'s database in `scope`. Opens nothing yet.
  public func database(_ login: PostgresLogin, scope: Scope? = nil) -> PostgresDatabase {
    fatalError()
  }

  /// Keeps deadlines, recycles connections and reconnects, until the task is cancelled or
  /// graceful shutdown begins; then fails what waits and closes every connection.
  ///
  /// Calls made before `run()` work, but no deadline but the server's bounds them.
  public func run() async throws {
    fatalError()
  }

  func execute(_ batch: Batch, on database: PostgresDatabase) async throws(PostgresError)
    -> [PostgresRows]
  {
    fatalError()
  }

  func withTransaction<R: Sendable>(
    on database: PostgresDatabase, _ body: (PostgresTransaction) async throws -> R
  ) async throws -> R {
    fatalError()
  }
}
