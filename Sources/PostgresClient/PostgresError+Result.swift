import CLibPQ

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
