import PostgresClient

extension Problem {
  /// The one table from database errors to HTTP. What a route expects (a certain constraint, say)
  /// it catches itself.
  public init(mapping error: PostgresError) {
    switch error.code {
    case .server: self.init(sqlState: error.sqlState ?? "")
    case .connectFailed, .refused, .connectionLost, .flooded, .shutdown: self = .databaseUnavailable
    case .queueFull, .queueTimeout:
      self = .unavailable(type: "overloaded", title: "Too many requests wait for the database")
    case .statementTimeout: self = .databaseTimeout
    case .cancelled: self = .unavailable(type: "cancelled", title: "The request was cancelled")
    // Whoever sets a guard says what its refusal means.
    case .guardRefused, .decoding: self = .internalError
    }
  }

  /// By SQLSTATE: PostgreSQL, Appendix A.
  private init(sqlState: String) {
    switch sqlState {
    case "23505", "23503", "23P01":
      self.init(.conflict, type: "conflict", title: "The request conflicts with what is there")
    case "23502", "23514":
      self.init(.unprocessableContent, type: "invalid-value", title: "A value is not allowed")
    case "40001", "40P01", "55P03":
      self = .unavailable(type: "contention", title: "Another request was in the way")
    case "57014": self = .databaseTimeout
    case "25006": self = .databaseUnavailable
    default: self.init(sqlStateClass: sqlState.prefix(2))
    }
  }

  private init(sqlStateClass: Substring) {
    switch sqlStateClass {
    case "22":
      self.init(.unprocessableContent, type: "invalid-value", title: "A value is not allowed")
    case "08", "53", "57", "58": self = .databaseUnavailable
    default: self = .internalError
    }
  }

  private static let databaseUnavailable = unavailable(
    type: "database-unavailable", title: "The database cannot be reached")

  private static let databaseTimeout = unavailable(
    type: "database-timeout", title: "The database took too long")
}
