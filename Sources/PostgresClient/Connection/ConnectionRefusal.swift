import CLibPQ
import Glibc

/// Finds out why no connection can be opened.
enum ConnectionRefusal {
  /// Connects once more, for the reason.
  ///
  /// - Returns: an error with code `refused` if trying again does not help; nil if it may.
  static func find(
    _ login: PostgresLogin, configuration: PostgresClientConfiguration
  ) -> PostgresError? {
    let settings = ConnectionSettings.of(login, configuration)
    guard let failure = failure(settings, configuration) else { return nil }
    switch failure.sqlState {
    // The password, the login, or its right to the database.
    case "28P01", "28000", "42501":
      return PostgresError(
        code: .refused, sqlState: failure.sqlState, detail: "\(login): \(failure.message)")
    case "08P01" where Self.failure(settings.filter { $0.0 != "options" }, configuration) == nil:
      return PostgresError(
        code: .refused, sqlState: failure.sqlState,
        detail: "\(login): a connection pooler that takes no startup options stands before the "
          + "database: for PgBouncer, set ignore_startup_parameters = options (\(failure.message))")
    default: return nil
    }
  }

  /// What a connection that cannot be opened fails with; nil if it can be.
  ///
  /// libpq has no result for it, only a message, which begins with the SQLSTATE if that was asked for
  /// before the server's answer came: hence the connection that is made step by step.
  private static func failure(
    _ settings: [(String, String)], _ configuration: PostgresClientConfiguration
  ) -> (sqlState: String?, message: String)? {
    guard let connection = ConnectionSettings.with(settings, { PQconnectStartParams($0, $1, 0) })
    else { return (nil, "out of memory") }
    defer { PQfinish(connection) }
    PQsetNoticeProcessor(connection, { _, _ in }, nil)
    _ = PQsetErrorVerbosity(connection, PQERRORS_VERBOSE)
    let deadline = ContinuousClock.now + max(.seconds(1), configuration.connectTimeout)
    var state = PGRES_POLLING_WRITING
    while PQstatus(connection) != CONNECTION_BAD {
      switch state {
      case PGRES_POLLING_OK: return nil
      case PGRES_POLLING_READING, PGRES_POLLING_WRITING:
        let events = Int16(state == PGRES_POLLING_READING ? POLLIN : POLLOUT)
        guard BlockingQuery.waits(for: PQsocket(connection), events, until: deadline) else {
          return (nil, "no answer")
        }
        state = PQconnectPoll(connection)
      default: break
      }
    }
    return parse(String(cString: PQerrorMessage(connection)))
  }

  /// `…FATAL:  28P01: password authentication failed …`, the severity in any language, and further
  /// lines. Of several attempts the last one counts.
  static func parse(_ text: String) -> (sqlState: String?, message: String) {
    let pattern = /:  ([0-9A-Z]{5}): (.*)/
    guard let match = text.matches(of: pattern).last else {
      return (nil, text.split(whereSeparator: \.isNewline).joined(separator: " "))
    }
    return (String(match.1), String(match.2))
  }
}
