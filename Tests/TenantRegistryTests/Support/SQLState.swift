import PostgresClient

/// The SQLSTATE that `body` fails with; nil if it does not fail.
func sqlState(_ body: () async throws -> some Any) async throws -> String? {
  do {
    _ = try await body()
    return nil
  } catch let error as PostgresError {
    return error.sqlState ?? error.code.rawValue
  }
}
