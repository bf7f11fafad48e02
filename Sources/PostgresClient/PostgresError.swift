import CLibPQ

/// What went wrong between this process and Postgres.
///
/// `description` is bland and safe to show; `debugDescription` has the server's message too, and
/// belongs in a log at most. Neither has the row that a constraint refused.
public struct PostgresError: Error, Sendable, CustomStringConvertible, CustomDebugStringConvertible
{
  public enum Code: String, Sendable {
    /// The server refused the statement; ``PostgresError/sqlState`` says why.
    case server
    /// No connection could be opened: nothing was sent.
    case connectFailed
    /// The server refuses the login, or cannot be used the way it is reached: trying again does not
    /// help. Nothing was sent.
    case refused
    /// The connection broke while the statement was under way: it may have run.
    case connectionLost
    /// The tenant has as many requests waiting as it may have.
    case queueFull
    /// No connection came free in time.
    case queueTimeout
    /// The statement took longer than its deadline, and was cancelled.
    case statementTimeout
    /// The caller's task was cancelled, and so was the statement.
    case cancelled
    /// A guard of the database did not hold, ``PostgresError/failedCondition`` says which condition:
    /// nothing of the batch ran.
    case guardRefused
    /// A value was not what the caller said it was.
    case decoding
    /// More notifications came than anyone needs.
    case flooded
    /// The client is shutting down.
    case shutdown
  }

  public let code: Code
  /// The five characters of the server's error code (PostgreSQL, Appendix A).
  public let sqlState: String?
  /// The name of the constraint that was violated, as the server gave it.
  public let constraint: String?
  /// The place of the first condition that did not hold, from 0, over all guards of the database.
  public let failedCondition: Int?
  /// All detail, for logs.
  public let detail: String
  /// The function of the server's that raised the error.
  let routine: String?

  public init(
    code: Code, sqlState: String? = nil, constraint: String? = nil, detail: String = "",
    failedCondition: Int? = nil, routine: String? = nil
  ) {
    self.code = code
    self.sqlState = sqlState
    self.constraint = constraint
    self.failedCondition = failedCondition
    self.detail = detail
    self.routine = routine
  }

  /// Whether the violated constraint is `name`; a trailing `_<digits>`, which a sharded server
  /// appends, does not count.
  public func violates(_ name: String) -> Bool {
    guard let constraint else { return false }
    if constraint == name { return true }
    guard constraint.hasPrefix(name + "_") else { return false }
    return constraint.dropFirst(name.count + 1).allSatisfy { $0.isASCII && $0.isNumber }
  }

  public var description: String {
    switch code {
    case .connectFailed, .refused: return reason
    default: return sqlState.map { "database error \($0)" } ?? reason
    }
  }

  /// What `code` says.
  private var reason: String {
    switch code {
    case .server: "database error"
    case .connectFailed: "the database cannot be reached"
    case .refused: "cannot log in to the database"
    case .connectionLost: "the connection to the database was lost"
    case .queueFull: "too many requests wait for the database"
    case .queueTimeout: "no database connection came free in time"
    case .statementTimeout: "the database took too long"
    case .cancelled: "the request was cancelled"
    case .guardRefused: "the request is not allowed"
    case .decoding: "the database returned an unexpected value"
    case .flooded: "too many notifications came from the database"
    case .shutdown: "the service is shutting down"
    }
  }

  public var debugDescription: String {
    var text = "PostgresError(\(code.rawValue)"
    if let sqlState { text += ", sqlState: \(sqlState)" }
    if let constraint { text += ", constraint: \(constraint)" }
    return text + ", \(detail))"
  }

  @usableFromInline static func decoding(_ detail: String) -> PostgresError {
    PostgresError(code: .decoding, detail: detail)
  }
}

extension PostgresError {
  /// The error that a failed command's result tells of.
  ///
  /// - Parameter cancelReason: why the command was cancelled, if it was.
  init(result: OpaquePointer, cancelReason: Code?) {
    func field(_ code: Int32) -> String? {
      PQresultErrorField(result, code).map { String(cString: $0) }
    }
    let sqlState = field(TERRACE_DIAG_SQLSTATE)
    let code: Code =
      switch sqlState {
      case "57014": cancelReason ?? .statementTimeout
      // The server ends the session: it goes down, the database goes, or it was idle for too long.
      case "57P01", "57P02", "57P03", "57P04", "57P05", "25P03", "25P04": .connectionLost
      case let state? where state.hasPrefix("08"): .connectionLost
      default: .server
      }
    self.init(
      code: code, sqlState: sqlState, constraint: field(TERRACE_DIAG_CONSTRAINT_NAME),
      // Not the server's DETAIL: it shows the whole row that was refused.
      detail: field(TERRACE_DIAG_MESSAGE_PRIMARY) ?? "",
      routine: field(TERRACE_DIAG_SOURCE_FUNCTION))
  }

  /// Whether the server no longer accepts a prepared statement: its tables have changed, or it has
  /// been deallocated. Nothing has run, and it can be prepared anew.
  ///
  /// Nothing else tells the one from other uses of 0A000 than which of the server's functions raised
  /// it: the message is in the server's language.
  var isStalePlan: Bool {
    sqlState == "26000" || (sqlState == "0A000" && routine == "RevalidateCachedQuery")
  }

  /// Whether the connection is in a state that it may not come out of, while another one might be
  /// in a better: it leads to a server, or has a session, that takes no writes, or somebody else
  /// prepared statements on it, or its session's locks fill the server's table of locks.
  var isOfConnection: Bool { ["25006", "42P05", "53200"].contains(sqlState) }
}
