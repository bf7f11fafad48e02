/// Something that a test waits for has not happened in time.
package struct NeverHappened: Error, CustomStringConvertible {
  package let description: String
}

/// Waits until `condition` holds.
///
/// - Parameter what: What is waited for, for whoever reads that it never happened.
/// - Throws: ``NeverHappened`` after `limit`; what `condition` throws; `CancellationError`.
package func eventually(
  _ what: String, within limit: Duration = .seconds(60), _ condition: () async throws -> Bool
) async throws {
  let deadline = ContinuousClock.now + limit
  while try await !condition() {
    guard ContinuousClock.now < deadline else {
      throw NeverHappened(description: "not within \(limit): \(what)")
    }
    try await Task.sleep(for: .milliseconds(5))
  }
}
