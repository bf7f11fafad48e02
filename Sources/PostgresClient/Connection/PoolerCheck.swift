import CLibPQ
import Synchronization

/// Tells whether a connection pooler, such as PgBouncer, that stands before a server gives each
/// session a server process of its own, for as long as the session lasts.
///
/// One that gives it for a transaction or a statement cannot be used: prepared statements, settings
/// and LISTEN belong to the process, and would be somebody else's a moment later.
final class PoolerCheck: Sendable {
  private let passed = Mutex<Set<PostgresLogin>>([])

  /// How long a session may wait for a process.
  private static let patience = Duration.milliseconds(500)

  /// Looks until it is certain, once for each login.
  ///
  /// - Parameters:
  ///   - first: a session of the login that is in no transaction.
  ///   - process: the server process that `first` was last served by.
  ///   - connect: opens another session of the login.
  /// - Throws: ``PostgresError`` with code `refused` if sessions share processes.
  func check(
    _ login: PostgresLogin, first: OpaquePointer, process: Int,
    connect: () throws(PostgresError) -> ConnectionHandle
  ) throws(PostgresError) {
    if passed.withLock({ $0.contains(login) }) { return }
    let second = try connect()
    // A pooler that shares processes gives the second session the process that came free last, which
    // is the first one's; or the one that came free first, and then the first session gets another.
    // Other sessions may come in between, so it is tried three times.
    for _ in 0..<3 {
      guard let other = try Self.process(of: second.pointer) else { return }
      guard let again = try Self.process(of: first) else {
        throw PostgresError(
          code: .connectFailed, detail: "\(login): the server did not answer in time")
      }
      if other == process || again != process { throw Self.refusal(login) }
    }
    passed.withLock { _ = $0.insert(login) }
  }

  /// The server process that serves the session; nil if it gets none in time, since those that there
  /// may be are kept by other sessions.
  private static func process(of connection: OpaquePointer) throws(PostgresError) -> Int? {
    do throws(PostgresError) {
      return try BlockingQuery.run(
        "select pg_catalog.pg_backend_pid()", on: connection, until: .now + patience
      )[0].decode(0)
    } catch {
      guard error.code == .statementTimeout else { throw error }
      return nil
    }
  }

  private static func refusal(_ login: PostgresLogin) -> PostgresError {
    PostgresError(
      code: .refused,
      detail: "\(login): a connection pooler in transaction or statement mode stands before the "
        + "database: set pool_mode = session, or connect to PostgreSQL itself")
  }
}
