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
      case "57P01", "57P02", "57P03": .connectionLost
      case let state? where state.hasPrefix("08"): .connectionLost
      default: .server
      }
    self.init(
      code: code, sqlState: sqlState, constraint: field(TERRACE_DIAG_CONSTRAINT_NAME),
      // Not the server's DETAIL: it shows the whole row that was refused.
      detail: field(TERRACE_DIAG_MESSAGE_PRIMARY) ?? "")
  }

  /// Whether the server no longer accepts a prepared statement: its tables have changed, or it has
  /// been deallocated. Nothing has run, and it can be prepared anew.
  var isStalePlan: Bool {
    sqlState == "26000" || (sqlState == "0A000" && detail.hasPrefix("cached plan"))
  }
}
