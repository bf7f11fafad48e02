import Testing

@testable import Finance
@testable import FinanceAPI

extension DatabaseTests {
  /// The clock shows 15 May 2026.
  struct RecurrenceSuggestionTests {
    private func pay(
      _ sam: V1Client, _ account: String, _ payee: String, _ dates: [String], amount: String = "-12"
    ) async throws -> [String] {
      var ids: [String] = []
      for date in dates {
        ids.append(
          try await sam.make(
            "transactions",
            """
            {"account_id":"\(account)","date":"\(date)","amount":"\(amount)","payee":"\(payee)",
             "memo":"streaming"}
            """))
      }
      return ids
    }

    @Test func whatWasPaidRegularlyIsSuggestedUntilItIsARecurrence() async throws {
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        let account = try await sam.makeAccount("Checking")
        let ids = try await pay(sam, account, "Films", ["2026-03-05", "2026-04-05", "2026-05-05"])
        _ = try await pay(sam, account, "Bakery", ["2026-03-05", "2026-03-09", "2026-05-01"])
        let suggestions = try await sam.inLedger(.get, "recurrence-suggestions")
        #expect(suggestions.status == 200)
        #expect(suggestions.count() == 1)
        for (path, value) in [
          "template.account_id": account, "template.amount": "-12.00", "template.payee": "Films",
          "template.memo": "streaming", "unit": "month", "every": "1",
          "anchor_date": "2026-06-05", "weekend": "keep", "count": "3", "last_date": "2026-05-05",
        ] { #expect(suggestions["data.0.\(path)"] == value, "\(path)") }
        #expect((0..<3).map { suggestions["data.0.transaction_ids.\($0)"] } == ids)
        let recurrence = try await sam.make(
          "recurrences",
          """
          {"template":{"account_id":"\(account)","amount":"-12.50","payee":"films"},
           "unit":"month","anchor_date":"2026-06-05"}
          """)
        try await expectEqual(sam.inLedger(.get, "recurrence-suggestions").count(), 0)
        _ = try await sam.inLedger(.delete, "recurrences/\(recurrence)")
        try await expectEqual(sam.inLedger(.get, "recurrence-suggestions").count(), 1)
        _ = try await sam.inLedger(.delete, "transactions/\(ids[1])")
        try await expectEqual(sam.inLedger(.get, "recurrence-suggestions").count(), 0)
      }
    }

    @Test func aSuggestedRecurrenceCanBeMadeAsItIs() async throws {
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        let account = try await sam.makeAccount("Checking")
        let savings = try await sam.makeAccount("Savings", type: "savings")
        for date in ["2026-04-24", "2026-05-01", "2026-05-08"] {
          _ = try await sam.make(
            "transactions",
            """
            {"account_id":"\(account)","date":"\(date)","amount":"-50","payee":"Me",
             "transfer_account_id":"\(savings)","tags":["plan"]}
            """)
        }
        let suggestions = try await sam.inLedger(.get, "recurrence-suggestions")
        #expect(suggestions["data.0.template.transfer_account_id"] == savings)
        #expect(suggestions["data.0.unit"] == "week")
        #expect(suggestions["data.0.template.tags.0"] == "plan")
        let template = try #require(
          suggestions.text.firstMatch(of: #/"template":(.*),"currency"/#)?.output.1)
        _ = try await sam.make(
          "recurrences", #"{"template":\#(template),"unit":"week","anchor_date":"2026-05-15"}"#)
        try await expectEqual(sam.inLedger(.get, "recurrence-suggestions").count(), 0)
      }
    }
  }
}
