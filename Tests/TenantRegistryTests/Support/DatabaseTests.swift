import Testing

/// The tests that need a database.
@Suite(.servers) enum DatabaseTests {}

/// Starts the servers that the tests of a suite take turns on, and removes them afterwards.
struct Servers: SuiteTrait, TestScoping {
  @TaskLocal static var pool: ServerPool?

  func provideScope(
    for test: Test, testCase: Test.Case?,
    performing function: @concurrent @Sendable () async throws -> Void
  ) async throws {
    try await ServerPool.withPool(of: 3) { pool in
      try await Self.$pool.withValue(pool, operation: function)
    }
  }
}

extension Trait where Self == Servers {
  static var servers: Servers { Servers() }
}
