/// Statements that travel in one round trip and succeed or fail together.
struct Batch: Sendable {
  /// What comes before the statements.
  enum Opening: Sendable {
    /// The scope's switch: without BEGIN the batch is one implicit transaction that ends with it.
    case implicit
    /// BEGIN and the scope's switch.
    case begin
    /// Nothing: the transaction is open already.
    case none
  }

  /// What comes after them.
  enum Ending: Sendable {
    case commit
    case rollback
    case none
  }

  var opening: Opening
  /// What must hold for anything else to run. Nothing is asked where the transaction is open already.
  var guards: [PostgresGuard] = []
  var queries: [PostgresQuery]
  var ending: Ending

  /// - Throws: ``PostgresError`` with SQLSTATE 22021 if a parameter has a NUL byte, which no text
  ///   of Postgres can have and which would end the parameter early.
  func validate() throws(PostgresError) {
    for query in guards.lazy.map(\.query) { try Self.validate(query) }
    for query in queries { try Self.validate(query) }
  }

  private static func validate(_ query: PostgresQuery) throws(PostgresError) {
    for case let parameter? in query.parameters where parameter.utf8.contains(0) {
      throw PostgresError(code: .server, sqlState: "22021", detail: "NUL byte in a parameter")
    }
  }
}
