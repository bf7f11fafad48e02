import CLibPQ
import Glibc

/// Statements that a connection runs before it is put into pipeline mode.
enum BlockingQuery {
  /// Runs them, and blocks until all results are in, but no longer than until `deadline`.
  ///
  /// - Returns: the last result.
  /// - Throws: ``PostgresError``, with code `statementTimeout` if there was no answer in time. The
  ///   connection must be closed then.
  @discardableResult
  static func run(
    _ sql: String, on connection: OpaquePointer, until deadline: ContinuousClock.Instant
  ) throws(PostgresError) -> PostgresRows {
    guard PQsendQuery(connection, sql) == 1 else { throw lost(connection) }
    var last: PostgresRows?
    while true {
      while PQisBusy(connection) == 1 {
        guard waits(for: PQsocket(connection), Int16(POLLIN), until: deadline) else {
          throw PostgresError(code: .statementTimeout, detail: "no answer")
        }
        guard PQconsumeInput(connection) == 1 else { throw lost(connection) }
      }
      guard let result = PQgetResult(connection) else { break }
      switch PQresultStatus(result) {
      case PGRES_TUPLES_OK, PGRES_COMMAND_OK: last = PostgresRows(result: result)
      default:
        let error = PostgresError(result: result, cancelReason: nil)
        PQclear(result)
        throw error
      }
    }
    guard let last else { throw lost(connection) }
    return last
  }

  /// Waits until the socket is ready for `events`.
  ///
  /// - Returns: false if it was not in time.
  static func waits(
    for socket: Int32, _ events: Int16, until deadline: ContinuousClock.Instant
  ) -> Bool {
    while true {
      let left = ContinuousClock.now.duration(to: deadline)
      guard left > .zero else { return false }
      var poller = pollfd(fd: socket, events: events, revents: 0)
      let milliseconds =
        left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000 + 1
      if poll(&poller, 1, Int32(clamping: milliseconds)) > 0 { return true }
    }
  }

  private static func lost(_ connection: OpaquePointer) -> PostgresError {
    PostgresError(code: .connectionLost, detail: String(cString: PQerrorMessage(connection)))
  }
}
