import Testing

/// One prepared database for all tests of a suite: to start and prepare one takes longer than most
/// of them.
struct PreparedDatabase: SuiteTrait, TestScoping {
  @TaskLocal static var fixture: ServerFixture?

  func provideScope(
    for test: Test, testCase: Test.Case?,
    performing function: @concurrent @Sendable () async throws -> Void
  ) async throws {
    try await ServerFixture.run { fixture in
      try await Self.$fixture.withValue(fixture, operation: function)
    }
  }
}

extension Trait where Self == PreparedDatabase {
  static var preparedDatabase: PreparedDatabase { PreparedDatabase() }
}
