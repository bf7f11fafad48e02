import PostgresClient
import StatementFormats
import Testing

@testable import Finance

extension DatabaseTests {
  /// Rows of a new import are in no statistics: plans that count on few rows take hours for many.
  struct ImportMatchingPlanTests {
    @Test func rowsAreNotComparedWithAllOthers() async throws {
      let user = try await TestUser()
      try await user.ledgerDatabase.write { writer in
        _ = try await writer.run("set local enable_nestloop = off")
        let marks = ImportMatching.marks(1, in: writer.ledgerID)
        for mark in marks.dropLast() {
          let rows = try await writer.run("explain (costs off) \(query: mark)")[0]
          let plan = try rows.map { try $0.decode(0, as: String.self) }.joined(separator: "\n")
          #expect(!plan.contains("Nested Loop"), "\(plan)")
        }
      }
    }
  }
}
