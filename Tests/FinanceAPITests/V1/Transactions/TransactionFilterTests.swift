import HTTPTypes
import Testing

@testable import FinanceAPI

extension DatabaseTests {
  struct TransactionFilterTests {
    private func found(_ query: String, by user: V1Client) async throws -> Set<String> {
      let answer = try await user.inLedger(.get, "transactions?\(query)")
      #expect(answer.status == 200, "\(query): \(answer)")
      return Set(answer.each("id").compactMap(\.self))
    }

    @Test func categoriesAreThoseOfPartsAndAGroupTakesInItsChildren() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let giro = try await user.makeAccount("Giro")
        let food = try await user.addCategory("Food")
        let fruit = try await user.addCategory("Fruit", in: food)
        let home = try await user.addCategory("Home")
        let day = "2026-05-02"
        let apple = try await user.record("-1", in: giro, on: day, #""category_id":"\#(fruit)""#)
        let meal = try await user.record("-2", in: giro, on: day, #""category_id":"\#(food)""#)
        let split = try await user.record(
          "-3", in: giro, on: day,
          #""splits":[{"amount":"-1","category_id":"\#(home)"},{"amount":"-2"}]"#)
        let plain = try await user.record("-4", in: giro, on: day)
        try await expectEqual(found("category_id=\(food)", by: user), [apple, meal])
        try await expectEqual(found("category_id=\(fruit)", by: user), [apple])
        try await expectEqual(found("category_id=\(home)", by: user), [split])
        try await expectEqual(found("category_id=none", by: user), [split, plain])
        // Pages count transactions, not parts.
        try await expectEqual(found("limit=3", by: user).count, 3)
      }
    }

    @Test func typeStatusPayeeAndTimeTellTransactionsApart() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let giro = try await user.makeAccount("Giro")
        let savings = try await user.makeAccount("Savings", type: "savings")
        let day = "2026-05-02"
        let income = try await user.record("5", in: giro, on: day, #""payee":"Work""#)
        let expense = try await user.record("-1", in: giro, on: day, #""status":"pending""#)
        let transfer = try await user.record(
          "-2", in: giro, on: day, #""transfer_account_id":"\#(savings)""#)
        try await expectEqual(found("type=income", by: user), [income])
        try await expectEqual(found("type=expense", by: user), [expense])
        try await expectEqual(found("type=transfer", by: user), [transfer])
        try await expectEqual(found("status=pending", by: user), [expense])
        let payee = try await user.inLedger(.get, "transactions/\(income)")
        let id = try #require(payee["payee_id"])
        try await expectEqual(found("payee_id=\(id)", by: user), [income])
        try await expectEqual(
          found("updated_since=2000-01-01T00:00:00Z", by: user), [income, expense, transfer])
        try await expectEqual(found("updated_since=2999-01-01T00:00:00Z", by: user), [])
      }
    }

    @Test(arguments: ["payees", "rates", "members", "upcoming", "transfer-suggestions", "imports"])
    func aCursorThatIsNotOfTheListIsRefused(list: String) async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let giro = try await user.makeAccount("Giro")
        for amount in ["1", "2"] {
          try await user.record(amount, in: giro, on: "2026-05-02")
        }
        let page = try await user.inLedger(.get, "transactions?limit=1")
        let cursor = try #require(page["next_cursor"])
        let answer = try await user.inLedger(.get, "\(list)?cursor=\(cursor)")
        #expect(answer.status == 400, "\(answer)")
        #expect(answer.errors.keys.contains("cursor"), "\(answer)")
      }
    }

    @Test func eachCurrencyHasItsOwnDecimals() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        for (currency, right, shown, wrong) in [
          ("KRW", "-5000", "-5000", "-5000.5"), ("KWD", "-1.2", "-1.200", "-1.2345"),
          ("JPY", "-5", "-5", "-5.1"),
        ] {
          let account = try await user.makeAccount(currency, currency: currency)
          let made = try await user.inLedger(
            .post, "transactions",
            #"{"account_id":"\#(account)","date":"2026-05-02","amount":"\#(right)"}"#)
          #expect(made["amount"] == shown, "\(made)")
          #expect(made.headers[.location] == "transactions/\(made["id"] ?? "")")
          let refused = try await user.inLedger(
            .post, "transactions",
            #"{"account_id":"\#(account)","date":"2026-05-02","amount":"\#(wrong)"}"#)
          #expect(refused.errors.keys.sorted() == ["/amount"], "\(refused)")
        }
      }
    }

    @Test func whatIsSentAgainTakesEffectOnce() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let giro = try await user.makeAccount("Giro")
        let food = try await user.addCategory("Food")
        let meals = try await user.addCategory("Meals")
        let gone = try await user.record("-1", in: giro, on: "2026-05-02")
        _ = try await user.inLedger(.delete, "transactions/\(gone)")
        let one = #"{"account_id":"\#(giro)","date":"2026-05-02","amount":"-1"}"#
        for (path, body) in [
          ("transactions", one), ("transactions/bulk", #"{"transactions":[\#(one)]}"#),
          ("categories", #"{"name":"Home","kind":"expense"}"#),
          ("transactions/\(gone)/restore", "{}"),
          ("categories/\(meals)/merge", #"{"into":"\#(food)"}"#),
          (
            "accounts/\(giro)/reconciliations",
            #"{"statement_date":"2026-05-03","statement_balance":"-3"}"#
          ),
        ] {
          let headers: HTTPFields = [.idempotencyKey: "key of \(path)"]
          let first = try await user.inLedger(.post, path, body, headers: headers)
          #expect((200...201).contains(first.status), "\(path): \(first)")
          let again = try await user.inLedger(.post, path, body, headers: headers)
          #expect(again.status == first.status, "\(path): \(again)")
          #expect(again.text == first.text)
          #expect(again.headers[.eTag] == first.headers[.eTag], "\(path)")
          #expect(again.headers[.idempotentReplayed] == "true")
          let other = try await user.inLedger(
            .post, path, #"{"into":"1","name":"x"}"#, headers: headers)
          #expect(other.status == 400 || other.status == 422, "\(path): \(other)")
        }
        try await expectEqual(user.inLedger(.get, "transactions").count(), 3)
      }
    }
  }
}
