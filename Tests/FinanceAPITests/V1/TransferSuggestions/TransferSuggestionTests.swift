import HTTPTypes
import Testing

@testable import FinanceAPI

extension DatabaseTests {
  struct TransferSuggestionTests {
    private struct Books {
      let user: V1Client
      let giro: String
      let card: String

      init(_ server: FinanceServer) async throws {
        user = try await V1Client(server)
        giro = try await user.makeAccount("Giro", opening: "100")
        card = try await user.makeAccount("Card", type: "credit_card")
      }

      func record(
        _ amount: String, in account: String, on date: String, more: String = ""
      ) async throws -> String {
        try await user.make(
          "transactions",
          #"{"account_id":"\#(account)","date":"\#(date)","amount":"\#(amount)"\#(more)}"#)
      }

      func suggestions() async throws -> [String?] {
        try await user.inLedger(.get, "transfer-suggestions").each("id")
      }
    }

    @Test func twoHalvesAreSuggestedAndChangeNothingUntilAccepted() async throws {
      try await FinanceServer.run { server in
        let books = try await Books(server)
        let incoming = try await books.record(
          "40", in: books.card, on: "2026-05-06",
          more: #","payee":"PAYMENT","external_id":"c-1","tags":["b"],"memo":"thanks""#)
        let outgoing = try await books.record(
          "-40", in: books.giro, on: "2026-05-01", more: #","external_id":"g-1","tags":["a"]"#)
        let id = "\(outgoing)-\(incoming)"
        let list = try await books.user.inLedger(.get, "transfer-suggestions")
        #expect(list.each("id") == [id])
        #expect(list["data.0.outgoing.amount"] == "-40.00")
        #expect(list["data.0.incoming.account_id"] == books.card)
        try await expectEqual(
          books.user.inLedger(.get, "transactions?category_id=none").count(), 2)
        let before = try await [
          books.user.balance(of: books.giro), books.user.balance(of: books.card),
        ]
        #expect(before == ["60.00", "40.00"])

        let accepted = try await books.user.inLedger(
          .post, "transfer-suggestions/\(id)/accept")
        #expect(accepted.status == 200, "\(accepted)")
        // The earlier one keeps its id, whichever was recorded first.
        #expect(accepted["id"] == outgoing)
        #expect(accepted["transfer_account_id"] == books.card)
        #expect(accepted["transfer_date"] == "2026-05-06")
        #expect(accepted["external_id"] == "g-1")
        #expect(accepted["payee"] == "PAYMENT")
        #expect(accepted["memo"] == "thanks")
        #expect(accepted.count("tags") == 2)
        try await expectEqual(books.suggestions(), [])
        try await expectEqual(books.user.inLedger(.get, "transactions").count(), 1)
        let after = try await [
          books.user.balance(of: books.giro), books.user.balance(of: books.card),
        ]
        #expect(after == before)
        try await expectEqual(books.user.balance(of: books.card, at: "2026-05-05"), "0.00")
        try await expectEqual(
          books.user.inLedger(.get, "transactions?category_id=none").count(), 0)
        // An import finds the other half's external id.
        let deleted = try await books.user.inLedger(.get, "transactions?deleted=true")
        #expect(deleted.each("external_id") == ["c-1"])
        try await expectEqual(
          books.user.inLedger(.post, "transfer-suggestions/\(id)/accept").status, 404)
      }
    }

    @Test func theHalfThatIsInATransferIsNotRestoredBesideIt() async throws {
      try await FinanceServer.run { server in
        let books = try await Books(server)
        let outgoing = try await books.record("-40", in: books.giro, on: "2026-05-01")
        let incoming = try await books.record("40", in: books.card, on: "2026-05-06")
        let accepted = try await books.user.inLedger(
          .post, "transfer-suggestions/\(outgoing)-\(incoming)/accept")
        try await expectEqual(
          books.user.inLedger(.get, "transactions/\(outgoing)").headers[.eTag],
          accepted.headers[.eTag])
        let refused = try await books.user.inLedger(.post, "transactions/\(incoming)/restore")
        #expect(refused.status == 409, "\(refused)")
        #expect(refused.problem == "transfer-merged")
        #expect(refused["detail"]?.contains(outgoing) == true)
        try await expectEqual(books.user.balance(of: books.card), "40.00")
        // Once the transfer is taken apart, its half may come back.
        _ = try await books.user.inLedger(
          .patch, "transactions/\(outgoing)",
          #"{"transfer_account_id":null,"transfer_date":null}"#)
        let restored = try await books.user.inLedger(.post, "transactions/\(incoming)/restore")
        #expect(restored.status == 200, "\(restored)")
        try await expectEqual(books.user.balance(of: books.card), "40.00")
        try await expectEqual(books.suggestions(), [])
      }
    }

    @Test func theIncomingHalfMayBeTheEarlierOne() async throws {
      try await FinanceServer.run { server in
        let books = try await Books(server)
        let outgoing = try await books.record(
          "-40", in: books.giro, on: "2026-05-06", more: #","status":"pending""#)
        let incoming = try await books.record("40", in: books.card, on: "2026-05-03")
        let accepted = try await books.user.inLedger(
          .post, "transfer-suggestions/\(outgoing)-\(incoming)/accept")
        #expect(accepted["id"] == incoming, "\(accepted)")
        #expect(accepted["amount"] == "40.00")
        #expect(accepted["account_id"] == books.card)
        #expect(accepted["transfer_account_id"] == books.giro)
        #expect(accepted["status"] == "cleared")
        #expect(accepted["transfer_status"] == "pending")
        try await expectEqual(books.user.balance(of: books.giro), "60.00")
      }
    }

    @Test func whatIsNoPairIsNotSuggested() async throws {
      try await FinanceServer.run { server in
        let books = try await Books(server)
        let food = try await books.user.make(
          "categories", #"{"name":"Food","kind":"expense"}"#)
        let dollars = try await books.user.makeAccount("Dollars", currency: "USD")
        _ = try await books.record("-40", in: books.giro, on: "2026-05-01")
        // Six days later, another amount, the same sign, the same account, another currency.
        _ = try await books.record("40", in: books.card, on: "2026-05-07")
        _ = try await books.record("40.01", in: books.card, on: "2026-05-01")
        _ = try await books.record("-40", in: books.card, on: "2026-05-01")
        _ = try await books.record("40", in: books.giro, on: "2026-04-20")
        _ = try await books.record("40", in: dollars, on: "2026-05-01")
        // One with a category, one that is split, one that is deleted.
        _ = try await books.record(
          "40", in: books.card, on: "2026-05-01", more: #","category_id":"\#(food)""#)
        _ = try await books.record(
          "40", in: books.card, on: "2026-05-01",
          more: #","splits":[{"amount":"20"},{"amount":"20"}]"#)
        let gone = try await books.record("40", in: books.card, on: "2026-05-01")
        _ = try await books.user.inLedger(.delete, "transactions/\(gone)")
        try await expectEqual(books.suggestions(), [])
      }
    }

    @Test func aDismissedPairDoesNotComeBack() async throws {
      try await FinanceServer.run { server in
        let books = try await Books(server)
        let other = try await V1Client(server, user: "eve")
        let outgoing = try await books.record("-40", in: books.giro, on: "2026-05-01")
        let first = try await books.record("40", in: books.card, on: "2026-05-01")
        let second = try await books.record("40", in: books.card, on: "2026-05-02")
        let pairs = ["\(outgoing)-\(second)", "\(outgoing)-\(first)"]
        try await expectEqual(books.suggestions(), pairs)
        let page = try await books.user.inLedger(.get, "transfer-suggestions?limit=1")
        let cursor = try #require(page["next_cursor"])
        try await expectEqual(
          books.user.inLedger(.get, "transfer-suggestions?limit=1&cursor=\(cursor)").each("id"),
          [pairs[1]])
        let path = "transfer-suggestions/\(pairs[0])/dismiss"
        try await expectEqual(other.inLedger(.post, path).status, 404)
        let headers: HTTPFields = [.idempotencyKey: "k"]
        for _ in 1...2 {
          let answer = try await books.user.inLedger(.post, path, headers: headers)
          #expect(answer.status == 204, "\(answer)")
          #expect(answer.text.isEmpty)
        }
        try await expectEqual(books.suggestions(), [pairs[1]])
        try await expectEqual(books.user.inLedger(.post, path).status, 404)
        for id in ["1", "1-2-3", "-1-2", "a-b", "999-998"] {
          try await expectEqual(
            books.user.inLedger(.post, "transfer-suggestions/\(id)/accept").status, 404, "\(id)")
        }
      }
    }

    @Test func theSecondHalfOfATransferThatIsThereIsNoPair() async throws {
      try await FinanceServer.run { server in
        let books = try await Books(server)
        _ = try await books.record(
          "-40", in: books.giro, on: "2026-05-01",
          more: #","transfer_account_id":"\#(books.card)""#)
        _ = try await books.record("40", in: books.card, on: "2026-05-01")
        try await expectEqual(books.suggestions(), [])
      }
    }
  }
}
