import HTTPTypes
import Testing

@testable import FinanceAPI

extension DatabaseTests {
  struct TransactionPatchTests {
    @Test func nullRemovesSplitsAndTags() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let giro = try await user.makeAccount("Giro")
        let id = try await user.record(
          "-30", in: giro, on: "2026-05-02",
          #""tags":["a"],"splits":[{"amount":"-10"},{"amount":"-20"}]"#)
        let whole = try await user.inLedger(
          .patch, "transactions/\(id)", #"{"splits":null,"tags":null}"#,
          headers: [.contentType: "application/merge-patch+json"])
        #expect(whole.status == 200, "\(whole)")
        #expect(whole.count("splits") == 0)
        #expect(whole.count("tags") == 0)
        #expect(whole["amount"] == "-30.00")
      }
    }

    @Test func aPartThatIsLeftOutIsRemoved() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let giro = try await user.makeAccount("Giro")
        let made = try await user.inLedger(
          .post, "transactions",
          #"""
          {"account_id":"\#(giro)","date":"2026-05-02","amount":"-30",
           "splits":[{"amount":"-5"},{"amount":"-10"},{"amount":"-15"}]}
          """#)
        let id = try #require(made["id"])
        let (first, last) = (
          try #require(made["splits.0.id"]), try #require(made["splits.2.id"])
        )
        let patched = try await user.inLedger(
          .patch, "transactions/\(id)",
          #"{"amount":"-20","splits":[{"id":"\#(first)"},{"id":"\#(last)"}]}"#)
        #expect(patched.status == 200, "\(patched)")
        #expect(patched.count("splits") == 2)
        #expect(patched["splits.1.id"] == last)
        try await expectEqual(user.balance(of: giro), "-20.00")
        let category = try await user.addCategory("Food")
        let both = try await user.inLedger(
          .patch, "transactions/\(id)", #"{"category_id":"\#(category)"}"#)
        #expect(both.errors == ["/category_id": "must be null where there are splits"])
      }
    }

    @Test func aTransferGetsNoCategoryUnlessItIsTakenApartOnPurpose() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let giro = try await user.makeAccount("Giro")
        let savings = try await user.makeAccount("Savings", type: "savings")
        let food = try await user.addCategory("Food")
        let id = try await user.record(
          "-30", in: giro, on: "2026-05-02", #""transfer_account_id":"\#(savings)""#)
        let meal = try await user.record("-4", in: giro, on: "2026-05-02")
        let message = "must be null where there is a transfer_account_id"
        let bulk = try await user.inLedger(
          .patch, "transactions/bulk",
          #"{"ids":["\#(meal)","\#(id)"],"set":{"category_id":"\#(food)"}}"#)
        #expect(bulk.errors == ["/ids/1/category_id": message], "\(bulk)")
        let single = try await user.inLedger(
          .patch, "transactions/\(id)", #"{"category_id":"\#(food)"}"#)
        #expect(single.errors == ["/category_id": message], "\(single)")
        try await expectEqual(user.balance(of: savings), "30.00")
        let apart = try await user.inLedger(
          .patch, "transactions/\(id)",
          #"{"category_id":"\#(food)","transfer_account_id":null}"#)
        #expect(apart["category_id"] == food, "\(apart)")
        try await expectEqual(user.balance(of: savings), "0.00")
        let together = try await user.inLedger(
          .patch, "transactions/\(id)", #"{"transfer_account_id":"\#(savings)"}"#)
        #expect(together["category_id"] == nil)
        #expect(together["transfer_account_id"] == savings)
        let set = try await user.inLedger(
          .patch, "transactions/bulk", #"{"ids":["\#(meal)"],"set":{"category_id":"\#(food)"}}"#)
        #expect(set["data.0.category_id"] == food)
      }
    }

    @Test func anotherCurrencyAsksForTheAmount() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let giro = try await user.makeAccount("Giro")
        let yen = try await user.makeAccount("Yen", currency: "JPY")
        let id = try await user.record("-60", in: giro, on: "2026-05-02")
        let refused = try await user.inLedger(
          .patch, "transactions/\(id)", #"{"account_id":"\#(yen)"}"#)
        #expect(refused.errors == ["/amount": "is required, since the account is in JPY"])
        let moved = try await user.inLedger(
          .patch, "transactions/\(id)", #"{"account_id":"\#(yen)","amount":"-9000"}"#)
        #expect(moved["amount"] == "-9000", "\(moved)")
        let rent = try await user.make(
          "recurrences",
          #"""
          {"template":{"account_id":"\#(giro)","amount":"-9"},"unit":"month",
           "anchor_date":"2026-06-01"}
          """#)
        let template = try await user.inLedger(
          .patch, "recurrences/\(rent)", #"{"template":{"account_id":"\#(yen)"}}"#)
        #expect(
          template.errors == ["/template/amount": "is required, since the account is in JPY"])
      }
    }

    @Test func whatChangesNothingKeepsTheETag() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let giro = try await user.makeAccount("Giro")
        let food = try await user.make("categories", #"{"name":"Food","kind":"expense"}"#)
        let meal = try await user.record(
          "-30", in: giro, on: "2026-05-02", #""tags":["a"],"payee":"Shop""#)
        let other = try await user.record("-1", in: giro, on: "2026-05-02")
        let rent = try await user.make(
          "recurrences",
          #"""
          {"template":{"account_id":"\#(giro)","amount":"-9"},"unit":"month",
           "anchor_date":"2026-06-01"}
          """#)
        let rule = try await user.make(
          "rules",
          #"""
          {"name":"r","trigger":"created","actions":[{"type":"add_tag","value":"b"}],
           "conditions":[{"field":"payee","operator":"contains","value":"xyz"}]}
          """#)
        for path in [
          "accounts/\(giro)", "categories/\(food)", "transactions/\(meal)",
          "recurrences/\(rent)", "rules/\(rule)", "",
        ] {
          let whole = "ledgers/\(user.ledger)" + (path.isEmpty ? "" : "/\(path)")
          let before = try await user.send(.get, whole)
          let after = try await user.send(.patch, whole, "{}")
          #expect(after.status == 200, "\(path): \(after)")
          #expect(after.headers[.eTag] == before.headers[.eTag], "\(path)")
          #expect(after.text == before.text, "\(path)")
        }
        let before = try await user.inLedger(.get, "transactions/\(meal)")
        let same = try await user.inLedger(
          .patch, "transactions/bulk",
          #"{"ids":["\#(meal)","\#(other)"],"set":{"payee":"Shop","tags_add":["A"]}}"#)
        #expect(same.each("payee") == ["Shop", "Shop"], "\(same)")
        try await expectEqual(
          user.inLedger(.get, "transactions/\(meal)").headers[.eTag], before.headers[.eTag])
      }
    }

    @Test func ifMatchLetsOneStateOfSeveralPass() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let giro = try await user.makeAccount("Giro")
        let id = try await user.record("-30", in: giro, on: "2026-05-02")
        let shown = try await user.inLedger(.get, "transactions/\(id)")
        let tag = try #require(shown.headers[.eTag])
        for (value, status) in [(#""a""#, 412), (#""a", \#(tag)"#, 200), (tag, 412), ("a", 400)] {
          let answer = try await user.inLedger(
            .patch, "transactions/\(id)", #"{"memo":"\#(status)"}"#, headers: [.ifMatch: value])
          #expect(answer.status == status, "\(value): \(answer)")
        }
        try await expectEqual(
          user.inLedger(
            .delete, "transactions/\(id)", headers: [.ifMatch: tag]
          ).status, 412)
        let key = try await user.inLedger(
          .post, "transactions/\(id)/restore",
          headers: [.idempotencyKey: String(repeating: "x", count: 256)])
        #expect(key.status == 400)
        #expect(key["errors.0.header"] == "Idempotency-Key", "\(key)")
      }
    }

    @Test func restoringIsRepeatableAndShowsTheETag() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let giro = try await user.makeAccount("Giro")
        let id = try await user.record("-30", in: giro, on: "2026-05-02")
        _ = try await user.inLedger(.delete, "transactions/\(id)")
        let first = try await user.inLedger(.post, "transactions/\(id)/restore")
        let second = try await user.inLedger(.post, "transactions/\(id)/restore")
        #expect(second.status == 200, "\(second)")
        #expect(second.text == first.text)
        try await expectEqual(
          user.inLedger(.get, "transactions/\(id)").headers[.eTag], first.headers[.eTag])
        try await expectEqual(user.balance(of: giro), "-30.00")
        try await expectEqual(user.inLedger(.post, "transactions/999999/restore").status, 404)
      }
    }

    @Test func aBulkTellsWhichExternalIDsAreTaken() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let giro = try await user.makeAccount("Giro")
        try await user.record("-1", in: giro, on: "2026-05-02", #""external_id":"q""#)
        func bulk(_ ids: String...) -> String {
          let rows = ids.map { id in
            #"{"account_id":"\#(giro)","date":"2026-05-02","amount":"-1","external_id":"\#(id)"}"#
          }
          return #"{"transactions":[\#(rows.joined(separator: ","))]}"#
        }
        let taken = try await user.inLedger(.post, "transactions/bulk", bulk("q", "r", "r"))
        #expect(taken.status == 409, "\(taken)")
        #expect(taken.problem == "external-id-taken")
        #expect(
          taken.errors.keys.sorted() == [
            "/transactions/0/external_id", "/transactions/2/external_id",
          ])
        let one = try await user.inLedger(
          .post, "transactions",
          #"{"account_id":"\#(giro)","date":"2026-05-02","amount":"-1","external_id":"q"}"#)
        #expect(one.errors.keys.sorted() == ["/external_id"])
      }
    }

    @Test func aBulkHasOneToFiveHundred() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let giro = try await user.makeAccount("Giro")
        func bulk(_ count: Int) -> String {
          let row = #"{"account_id":"\#(giro)","date":"2026-05-02","amount":"-1"}"#
          return
            #"{"transactions":[\#(Array(repeating: row, count: count).joined(separator: ","))]}"#
        }
        for (body, message) in [
          (bulk(501), "must have at most 500 elements"), (bulk(0), "must have at least one"),
          ("{}", "is required"),
        ] {
          let answer = try await user.inLedger(.post, "transactions/bulk", body)
          #expect(answer.count("errors") == 1, "\(answer)")
          #expect(answer.errors == ["/transactions": message])
        }
        let made = try await user.inLedger(.post, "transactions/bulk", bulk(500))
        #expect(made.status == 201)
        #expect(made.count() == 500)
        let ids = try await user.inLedger(
          .patch, "transactions/bulk", #"{"ids":[],"set":{"payee":"x"}}"#)
        #expect(ids.errors == ["/ids": "must have at least one"])
      }
    }

    @Test func textThatLooksEqualIsEqual() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let giro = try await user.makeAccount("Giro")
        for name in ["Rewe", #"\ufeffRewe"#, #"Rewe\u200b"#, #"\u2060 Rewe\u00ad "#] {
          try await user.record("-1", in: giro, on: "2026-05-02", #""payee":"\#(name)""#)
        }
        try await expectEqual(user.inLedger(.get, "payees").each("name"), ["Rewe"])
        for (member, path) in [
          (#""payee":"a\nb""#, "/payee"), (#""payee":"a\tb""#, "/payee"),
          (#""tags":["b,c"]"#, "/tags/0"),
        ] {
          let answer = try await user.inLedger(
            .post, "transactions",
            #"{"account_id":"\#(giro)","date":"2026-05-02","amount":"-1",\#(member)}"#)
          #expect(answer.errors.keys.sorted() == [path], "\(answer)")
        }
        // A joiner inside a text is a part of it.
        let family = "👨‍👩‍👧"
        try await user.record("-1", in: giro, on: "2026-05-02", #""payee":"\#(family)""#)
        try await expectEqual(
          user.inLedger(.get, "payees").each("name").contains(family), true)
      }
    }
  }
}
