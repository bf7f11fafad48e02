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
  var queries: [PostgresQuery]
  var ending: Ending

  /// - Throws: ``PostgresError`` with SQLSTATE 22021 if a parameter has a NUL byte, which no text
  ///   of Postgres can have and which would end the parameter early.
  func validate() throws(PostgresError) {
    for query in queries {
      for case var parameter? in query.parameters
      where parameter.withUTF8({ $0.contains(0) }) {
        throw PostgresError(code: .server, sqlState: "22021", detail: "NUL byte in a parameter")
      }
    }
  }
}
