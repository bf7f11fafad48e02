import HTTPTypes
import Testing

@testable import Finance
@testable import FinanceAPI

extension DatabaseTests {
  /// The clock shows 15 May 2026.
  struct OccurrenceTests {
    /// A user with a recurrence, which is due on the 1st of each month.
    private struct Tenant {
      let sam: V1Client
      let account: String
      let id: String

      init(_ server: FinanceServer, _ schedule: String = "", template: String = "") async throws {
        sam = try await V1Client(server)
        account = try await sam.makeAccount("Checking")
        id = try await sam.make(
          "recurrences",
          """
          {"template":{"account_id":"\(account)","amount":"-900","payee":"Landlord"\(template)},
           "unit":"month","anchor_date":"2026-01-01"\(schedule)}
          """)
      }

      func post(_ path: String, _ body: String? = nil) async throws -> V1Client.Answer {
        try await sam.inLedger(.post, "recurrences/\(id)/occurrences/\(path)", body)
      }

      func reopen(_ date: String) async throws -> V1Client.Answer {
        try await sam.inLedger(.delete, "recurrences/\(id)/occurrences/\(date)")
      }

      func upcoming(_ query: String = "?until=2026-08-31") async throws -> V1Client.Answer {
        try await sam.inLedger(.get, "upcoming\(query)")
      }
    }

    @Test func whatIsUpcomingSaysWhenAndWhat() async throws {
      try await FinanceServer.run { server in
        let rent = try await Tenant(server, #","weekend":"after""#)
        let upcoming = try await rent.upcoming()
        #expect(
          upcoming.each("due_date") == ["2026-05-01", "2026-06-01", "2026-07-01", "2026-08-01"])
        // 1 August is a Saturday.
        #expect(upcoming["data.3.date"] == "2026-08-03")
        #expect(upcoming["data.0.date"] == "2026-05-01")
        #expect(upcoming["data.0.state"] == "open")
        #expect(upcoming["data.0.recurrence_id"] == rent.id)
        #expect(upcoming["data.0.template.amount"] == "-900.00")
        // 30 days ahead, if nothing is said.
        try await expectEqual(rent.upcoming("").each("due_date"), ["2026-05-01", "2026-06-01"])
        try await expectEqual(rent.upcoming("?until=2026-04-01").count(), 0)
      }
    }

    @Test func upcomingHasPages() async throws {
      try await FinanceServer.run { server in
        let rent = try await Tenant(server)
        let first = try await rent.upcoming("?until=2028-02-29&limit=2")
        #expect(first.each("due_date") == ["2026-05-01", "2026-06-01"])
        let cursor = try #require(first["next_cursor"])
        let second = try await rent.upcoming("?until=2028-02-29&limit=2&cursor=\(cursor)")
        #expect(second.each("due_date") == ["2026-07-01", "2026-08-01"])
        let other = try await rent.upcoming("?until=2028-03-31&cursor=\(cursor)")
        #expect(Array(other.errors.keys) == ["cursor"])
        try await expectEqual(
          Set(rent.upcoming("?until=soon&limit=0&page=2").errors.keys), ["until", "limit", "page"])
      }
    }

    @Test func todayIsTheLedgers() async throws {
      try await FinanceServer.run { server in
        let rent = try await Tenant(server)
        // In Zurich it is the 1st of June already, and the 1st of May is 31 days ago.
        try server.clock.set("2026-05-31T22:00:00Z")
        try await expectEqual(
          rent.upcoming("?until=2026-06-30").each("due_date"), ["2026-06-01"])
      }
    }

    @Test func recordingWritesTheTransaction() async throws {
      try await FinanceServer.run { server in
        let rent = try await Tenant(server, #","weekend":"before""#)
        let recorded = try await rent.post("2026-08-01/record")
        #expect(recorded.status == 201)
        // A weekend moves the date.
        #expect(recorded["date"] == "2026-07-31")
        #expect(recorded["amount"] == "-900.00")
        #expect(recorded["payee"] == "Landlord")
        #expect(recorded["recurrence_id"] == rent.id)
        let id = try #require(recorded["id"])
        #expect(recorded.headers[.location] == "../../../../transactions/\(id)")
        let upcoming = try await rent.upcoming()
        #expect(upcoming.each("due_date") == ["2026-05-01", "2026-06-01", "2026-07-01"])
        let again = try await rent.post("2026-08-01/record")
        #expect(again.status == 409)
        #expect(again.problem == "occurrence-recorded")
        try await expectEqual(rent.sam.balance(of: rent.account, at: "2026-12-31"), "-900.00")
      }
    }

    @Test func oneOccurrenceMayDiffer() async throws {
      try await FinanceServer.run { server in
        let rent = try await Tenant(server)
        let recorded = try await rent.post(
          "2026-05-01/record", #"{"amount":"-925.5","date":"2026-05-03"}"#)
        #expect(recorded["amount"] == "-925.50")
        #expect(recorded["date"] == "2026-05-03")
        try await expectEqual(rent.post("2026-06-01/record")["amount"], "-900.00")
        let wrong = try await rent.post(
          "2026-07-01/record", #"{"amount":"0","date":"1899-12-31","memo":"x"}"#)
        #expect(Array(wrong.errors.keys) == ["/memo"])
        let invalid = try await rent.post(
          "2026-07-01/record", #"{"amount":"-1.001","date":"1899-12-31"}"#)
        #expect(Set(invalid.errors.keys) == ["/amount", "/date"])
        // Nothing is half recorded.
        try await expectEqual(
          rent.upcoming().each("due_date"), ["2026-07-01", "2026-08-01"])
      }
    }

    @Test func anAmountThatSplitsDoNotAddUpToIsRefused() async throws {
      try await FinanceServer.run { server in
        let rent = try await Tenant(
          server, template: #","splits":[{"amount":"-800"},{"amount":"-100"}]"#)
        let refused = try await rent.post("2026-05-01/record", #"{"amount":"-901"}"#)
        #expect(refused.status == 400)
        #expect(Array(refused.errors.keys) == ["/amount"])
        try await expectEqual(rent.post("2026-05-01/record").status, 201)
      }
    }

    @Test func aTemplateThatTheLedgerDoesNotTakeAnyMoreIsAConflict() async throws {
      try await FinanceServer.run { server in
        let rent = try await Tenant(server)
        _ = try await rent.sam.inLedger(
          .patch, "accounts/\(rent.account)", #"{"closed_on":"2026-05-14"}"#)
        let refused = try await rent.post("2026-05-01/record")
        #expect(refused.status == 409)
        #expect(refused.problem == "template-outdated")
        #expect(refused["detail"]?.contains("account_id is a closed account") == true)
      }
    }

    @Test func anOccurrenceIsRecordedOnceHoweverManyDoAtOnce() async throws {
      try await FinanceServer.run { server in
        let rent = try await Tenant(server)
        let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
          for _ in 0..<8 {
            group.addTask { try await rent.post("2026-05-01/record").status }
          }
          return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(statuses.sorted() == [201] + Array(repeating: 409, count: 7))
        try await expectEqual(rent.sam.inLedger(.get, "transactions").count(), 1)
        try await expectEqual(rent.sam.balance(of: rent.account), "-900.00")
      }
    }

    @Test func aSkipCanBeTakenBack() async throws {
      try await FinanceServer.run { server in
        let rent = try await Tenant(server)
        let skipped = try await rent.post("2026-06-01/skip")
        #expect(skipped.status == 200)
        #expect(skipped["state"] == "skipped")
        #expect(skipped["due_date"] == "2026-06-01")
        try await expectEqual(rent.post("2026-06-01/skip").status, 200)
        try await expectEqual(rent.post("2026-06-01/record").problem, "occurrence-skipped")
        try await expectEqual(
          rent.upcoming().each("due_date"), ["2026-05-01", "2026-07-01", "2026-08-01"])
        try await expectEqual(rent.reopen("2026-06-01").status, 204)
        try await expectEqual(rent.reopen("2026-06-01").status, 404)
        try await expectEqual(rent.upcoming().count(), 4)
        try await expectEqual(rent.post("2026-06-01/record").status, 201)
        try await expectEqual(rent.reopen("2026-06-01").problem, "occurrence-recorded")
        try await expectEqual(rent.post("2026-06-01/skip").problem, "occurrence-recorded")
        try await expectEqual(rent.sam.balance(of: rent.account, at: "2026-06-30"), "-900.00")
      }
    }

    @Test func anOccurrenceWhoseTransactionIsDeletedIsOpenAgain() async throws {
      try await FinanceServer.run { server in
        let rent = try await Tenant(server)
        let transaction = try #require(try await rent.post("2026-05-01/record")["id"])
        _ = try await rent.sam.inLedger(.delete, "transactions/\(transaction)")
        try await expectEqual(rent.upcoming()["data.0.due_date"], "2026-05-01")
        try await expectEqual(rent.reopen("2026-05-01").status, 404)
        try await expectEqual(rent.post("2026-05-01/record").status, 201)
        try await expectEqual(rent.sam.balance(of: rent.account), "-900.00")
      }
    }

    @Test func whatIsNotDueCannotBeRecorded() async throws {
      try await FinanceServer.run { server in
        let rent = try await Tenant(server, #","until":"2026-06-30""#)
        for date in ["2026-05-02", "2025-12-01", "2026-07-01", "2026-02-30", "today", "2200-01-01"]
        {
          try await expectEqual(rent.post("\(date)/record").status, 404, "\(date)")
          try await expectEqual(rent.post("\(date)/skip").status, 404, "\(date)")
        }
      }
    }
  }
}
