import HTTPTypes
import Testing

@testable import Finance
@testable import FinanceAPI

extension DatabaseTests {
  struct ChangeTests {
    private func changes(
      _ user: V1Client, since cursor: String? = nil, limit: Int = 200
    ) async throws -> V1Client.Answer {
      let since = cursor.map { "&since=\($0)" } ?? ""
      let answer = try await user.inLedger(.get, "changes?limit=\(limit)\(since)")
      try #require(answer.status == 200, "\(answer)")
      return answer
    }

    @Test func changesTellWhatIsThereAndThenWhatIsDifferent() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let giro = try await user.makeAccount("Giro", opening: "100")
        let food = try await user.make("categories", #"{"name":"Food","kind":"expense"}"#)
        let entry = try await user.make(
          "transactions",
          #"""
          {"account_id":"\#(giro)","date":"2026-05-02","amount":"-3","payee":"Shop","tags":["a"],
           "category_id":"\#(food)"}
          """#)
        let all = try await changes(user)
        #expect(
          all.each("type") == ["ledger", "account", "category", "payee", "tag", "transaction"])
        #expect(all["has_more"] == "false")
        #expect(all.each("deleted").allSatisfy { $0 == "false" })
        #expect(all["data.0.object.role"] == "owner")
        #expect(all["data.1.object.name"] == "Giro")
        #expect(all["data.5.id"] == entry)
        #expect(all["data.5.object.payee"] == "Shop")
        let cursor = try #require(all["next_cursor"])
        let none = try await changes(user, since: cursor)
        #expect(none.count() == 0)
        #expect(none["next_cursor"] == cursor)

        _ = try await user.inLedger(.patch, "transactions/\(entry)", #"{"memo":"x"}"#)
        _ = try await user.inLedger(.delete, "transactions/\(entry)")
        let other = try await user.make("categories", #"{"name":"Meals","kind":"expense"}"#)
        _ = try await user.inLedger(.post, "categories/\(food)/merge", #"{"into":"\#(other)"}"#)
        let after = try await changes(user, since: cursor)
        #expect(after.each("type") == ["category", "category", "transaction"])
        #expect(after.each("id") == [other, food, entry])
        #expect(after.each("deleted") == ["false", "true", "true"])
        #expect(after["data.1.object.name"] == nil)
        #expect(after["data.2.object.memo"] == nil)
      }
    }

    @Test func aPageGoesOnWithinOneChange() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let giro = try await user.makeAccount("Giro")
        let list = (1...7).map { index in
          #"""
          {"account_id":"\#(giro)","date":"2026-05-02","amount":"-\#(index)","payee":"P\#(index)",
           "tags":["t\#(index)"]}
          """#
        }
        let made = try await user.inLedger(
          .post, "transactions/bulk", "{\"transactions\":[\(list.joined(separator: ","))]}")
        #expect(made.status == 201, "\(made)")
        let all = try await changes(user)
        let expected = zip(all.each("type"), all.each("id")).map { "\($0 ?? "") \($1 ?? "")" }
        #expect(expected.count == 2 + 21)
        for limit in [1, 2, 5] {
          var seen: [String] = []
          var cursor: String?
          var hasMore = true
          while hasMore {
            let page = try await changes(user, since: cursor, limit: limit)
            seen += zip(page.each("type"), page.each("id")).map { "\($0 ?? "") \($1 ?? "")" }
            cursor = page["next_cursor"]
            hasMore = page["has_more"] == "true"
          }
          #expect(seen == expected)
        }
      }
    }

    @Test func aCursorIsOfOneLedgersChanges() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let other = try await V1Client(server, user: "eve")
        _ = try await user.makeAccount("Giro")
        let cursor = try #require(try await changes(user)["next_cursor"])
        for path in ["changes?since=\(cursor)", "changes?since=x", "changes?since="] {
          let answer = try await other.inLedger(.get, path)
          #expect(answer.status == 400, "\(answer)")
          #expect(answer.errors == ["since": "must be the next_cursor of this list"])
        }
        try await expectEqual(
          user.inLedger(.get, "changes", token: other.token).status, 404)
      }
    }

    /// What shows another name than before has changed as well.
    @Test func whatShowsTheNameOfAnotherThingChangesWithIt() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let giro = try await user.makeAccount("Giro")
        let entry = try await user.make(
          "transactions",
          #"{"account_id":"\#(giro)","date":"2026-05-02","amount":"-3","payee":"A","tags":["a"]}"#)
        for (list, change) in [("payees", #"{"name":"B"}"#), ("tags", #"{"name":"b"}"#)] {
          let cursor = try #require(try await changes(user)["next_cursor"])
          let id = try #require(try await user.inLedger(.get, list)["data.0.id"])
          _ = try await user.inLedger(.patch, "\(list)/\(id)", change)
          let after = try await changes(user, since: cursor)
          #expect(after.each("id") == [id, entry], "\(after)")
        }
      }
    }

    @Test func membersAndReconciliationsAreChangesToo() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        _ = try await V1Client(server, user: "eve")
        let giro = try await user.makeAccount("Giro", opening: "5")
        let cursor = try #require(try await changes(user)["next_cursor"])
        let eve = try await server.database().query(
          "select id from app_user where username = 'eve'")
        _ = try await user.inLedger(
          .put, "members/\(try eve[0].decode(0, as: Int64.self))", #"{"role":"viewer"}"#)
        let path = "accounts/\(giro)/reconciliations"
        let id = try await user.make(
          path, #"{"statement_date":"2026-05-01","statement_balance":"5"}"#)
        let made = try await changes(user, since: cursor)
        #expect(made.each("type") == ["ledger", "reconciliation"])
        #expect(made["data.1.object.difference"] == "0.00")
        _ = try await user.inLedger(.delete, "\(path)/\(id)")
        let gone = try await changes(user, since: made["next_cursor"])
        #expect(gone.each("id") == [id])
        #expect(gone.each("deleted") == ["true"])
      }
    }

    @Test func ratesAndBudgetsAreChangesToo() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let food = try await user.make("categories", #"{"name":"Food","kind":"expense"}"#)
        let meals = try await user.make("categories", #"{"name":"Meals","kind":"expense"}"#)
        let cursor = try #require(try await changes(user)["next_cursor"])
        _ = try await user.inLedger(.put, "rates/USD/EUR/2026-05-01", #"{"rate":"0.9"}"#)
        for category in [food, meals] {
          _ = try await user.inLedger(
            .put, "budgets/2026-05/\(category)", #"{"assigned":"10","rollover":"all"}"#)
        }
        let made = try await changes(user, since: cursor)
        #expect(made.each("type") == ["rate", "budget", "budget"])
        #expect(made["data.0.object.rate"] == "0.9")
        #expect(made["data.1.object.category_id"] == food)
        #expect(made["data.1.object.month"] == "2026-05")
        #expect(made["data.1.object.assigned"] == "10.00")
        #expect(made["data.1.object.rollover"] == "all")

        _ = try await user.inLedger(.put, "rates/USD/EUR/2026-05-01", #"{"rate":"0.8"}"#)
        let again = try await changes(user, since: made["next_cursor"])
        #expect(again.each("id") == [made["data.0.id"]])
        #expect(again["data.0.object.rate"] == "0.8")

        _ = try await user.inLedger(.delete, "rates/USD/EUR/2026-05-01")
        _ = try await user.inLedger(.post, "categories/\(food)/merge", #"{"into":"\#(meals)"}"#)
        let gone = try await changes(user, since: again["next_cursor"])
        #expect(gone.each("type") == ["rate", "budget", "budget", "category"])
        #expect(gone.each("deleted") == ["true", "true", "false", "true"])
        #expect(
          gone.each("id") == [made["data.0.id"], made["data.1.id"], made["data.2.id"], food])
        #expect(gone["data.2.object.assigned"] == "20.00")
      }
    }
  }
}
