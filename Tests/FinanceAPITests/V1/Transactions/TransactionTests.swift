import HTTPTypes
import Testing

@testable import FinanceAPI

extension DatabaseTests {
  struct TransactionTests {
    @Test func whatGoesOutIsNegativeAndHasAPayeeThatIsMade() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let giro = try await user.makeAccount("Giro", opening: "100")
        let answer = try await user.inLedger(
          .post, "transactions",
          #"""
          {"account_id":"\#(giro)","date":"2026-05-02","amount":"-12.3","payee":"Café Müller",
           "memo":"breakfast","tags":["Out","out","Travel"],"external_id":"b-1"}
          """#)
        #expect(answer.status == 201, "\(answer)")
        #expect(answer["amount"] == "-12.30")
        #expect(answer["currency"] == "EUR")
        #expect(answer["payee"] == "Café Müller")
        #expect(answer["category_id"] == nil)
        #expect(answer["tags.0"] == "Out")
        #expect(answer["tags.1"] == "Travel")
        #expect(answer["tags.2"] == nil)
        #expect(answer["status"] == "cleared")
        #expect(answer.count("splits") == 0)
        try await expectEqual(user.balance(of: giro), "87.70")
        let id = try #require(answer["id"])
        try await expectEqual(user.inLedger(.get, "transactions/\(id)").text, answer.text)
      }
    }

    @Test func aTransferIsOneTransactionSeenFromTwoAccounts() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let giro = try await user.makeAccount("Giro", opening: "100")
        let card = try await user.makeAccount("Card", type: "credit_card")
        let id = try await user.make(
          "transactions",
          #"""
          {"account_id":"\#(giro)","date":"2026-05-02","amount":"-40","transfer_account_id":"\#(card)",
           "transfer_date":"2026-05-04"}
          """#)
        let here = try await user.inLedger(.get, "transactions?account_id=\(giro)")
        let there = try await user.inLedger(.get, "transactions?account_id=\(card)")
        #expect(here.each("id") == [id])
        #expect(there.each("id") == [id])
        #expect(here["data.0.amount"] == "-40.00")
        #expect(here["data.0.date"] == "2026-05-02")
        #expect(here["data.0.transfer_date"] == "2026-05-04")
        #expect(there["data.0.account_id"] == card)
        #expect(there["data.0.amount"] == "40.00")
        #expect(there["data.0.date"] == "2026-05-04")
        #expect(there["data.0.transfer_account_id"] == giro)
        #expect(there["data.0.transfer_date"] == "2026-05-02")
        try await expectEqual(user.balance(of: giro, at: "2026-05-02"), "60.00")
        try await expectEqual(user.balance(of: card, at: "2026-05-03"), "0.00")
        try await expectEqual(user.balance(of: card, at: "2026-05-04"), "40.00")
        try await expectEqual(user.inLedger(.get, "transactions").count(), 1)
        try await expectEqual(user.inLedger(.get, "transactions?type=transfer").count(), 1)
        try await expectEqual(user.inLedger(.get, "transactions?type=expense").count(), 0)
      }
    }

    @Test func acrossCurrenciesEachSideKeepsItsOwnAmount() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let euro = try await user.makeAccount("Giro", opening: "500")
        let yen = try await user.makeAccount("Yen", type: "cash", currency: "JPY")
        let path = "transactions"
        let transfer =
          #""account_id":"\#(euro)","date":"2026-05-02","amount":"-100","transfer_account_id":"\#(yen)""#
        let missing = try await user.inLedger(.post, path, "{\(transfer)}")
        #expect(
          missing.errors == ["/transfer_amount": "is required, since the other account is in JPY"])
        let wrong = try await user.inLedger(
          .post, path, "{\(transfer),\"transfer_amount\":\"-16000\"}")
        #expect(
          wrong.errors == ["/transfer_amount": "must have the opposite sign of the amount"])
        let made = try await user.inLedger(
          .post, path, "{\(transfer),\"transfer_amount\":\"16000\"}")
        #expect(made.status == 201, "\(made)")
        #expect(made["transfer_amount"] == "16000")
        try await expectEqual(user.balance(of: euro), "400.00")
        try await expectEqual(user.balance(of: yen), "16000")
        let there = try await user.inLedger(.get, "transactions?account_id=\(yen)")
        #expect(there["data.0.amount"] == "16000")
        #expect(there["data.0.currency"] == "JPY")
        #expect(there["data.0.transfer_amount"] == "-100.00")
      }
    }

    @Test func splitsAddUpExactly() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let giro = try await user.makeAccount("Giro", opening: "100")
        let savings = try await user.makeAccount("Savings", type: "savings")
        let head = #""account_id":"\#(giro)","date":"2026-05-02","amount":"-30""#
        let wrong = try await user.inLedger(
          .post, "transactions",
          "{\(head),\"splits\":[{\"amount\":\"-10\"},{\"amount\":\"-19.99\"}]}")
        #expect(wrong.errors == ["/splits": "must add up to -30.00, and add up to -29.99"])
        let single = try await user.inLedger(
          .post, "transactions", "{\(head),\"splits\":[{\"amount\":\"-30\"}]}")
        #expect(single.errors == ["/splits": "must have at least two parts"])
        let field = try await user.inLedger(
          .post, "transactions",
          "{\(head),\"splits\":[{\"amount\":\"-10\"},{\"amount\":\"-20\",\"colour\":1}]}")
        #expect(field.errors == ["/splits/1/colour": "is not a known field"])
        let made = try await user.inLedger(
          .post, "transactions",
          #"""
          {\#(head),"splits":[{"amount":"-25","transfer_account_id":"\#(savings)","memo":"save"},
           {"amount":"-10"},{"amount":"5","memo":"cash back"}]}
          """#)
        #expect(made.status == 201, "\(made)")
        #expect(made.count("splits") == 3)
        #expect(made["splits.0.transfer_account_id"] == savings)
        #expect(made["splits.2.memo"] == "cash back")
        #expect(made["category_id"] == nil)
        try await expectEqual(user.balance(of: giro), "70.00")
        try await expectEqual(user.balance(of: savings), "25.00")
        let there = try await user.inLedger(.get, "transactions?account_id=\(savings)")
        #expect(there["data.0.amount"] == "25.00")
        #expect(there.count("data.0.splits") == 0)
        try await expectEqual(user.inLedger(.get, "transactions?search=save").count(), 1)
      }
    }

    @Test func aPatchOfPartsNamesThemByTheirIds() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let giro = try await user.makeAccount("Giro", opening: "100")
        let made = try await user.inLedger(
          .post, "transactions",
          #"""
          {"account_id":"\#(giro)","date":"2026-05-02","amount":"-30",
           "splits":[{"amount":"-10","memo":"a"},{"amount":"-20","memo":"b"}]}
          """#)
        let id = try #require(made["id"])
        let (first, second) = (
          try #require(made["splits.0.id"]), try #require(made["splits.1.id"])
        )
        let patched = try await user.inLedger(
          .patch, "transactions/\(id)",
          #"""
          {"amount":"-35","splits":[{"id":"\#(second)","memo":"c"},{"id":"\#(first)"},{"amount":"-5"}]}
          """#)
        #expect(patched.status == 200, "\(patched)")
        #expect(patched["splits.0.id"] == second)
        #expect(patched["splits.0.memo"] == "c")
        #expect(patched["splits.0.amount"] == "-20.00")
        #expect(patched["splits.1.id"] == first)
        #expect(patched["splits.2.amount"] == "-5.00")
        try await expectEqual(user.balance(of: giro), "65.00")
        let unknown = try await user.inLedger(
          .patch, "transactions/\(id)", #"{"splits":[{"id":"999999"},{"id":"\#(first)"}]}"#)
        #expect(unknown.errors["/splits/0/id"] != nil)
        let whole = try await user.inLedger(.patch, "transactions/\(id)", #"{"splits":[]}"#)
        #expect(whole.count("splits") == 0)
        #expect(whole["amount"] == "-35.00")
      }
    }

    @Test func aDeletedTransactionCountsNoMoreAndCanBeRestored() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let giro = try await user.makeAccount("Giro", opening: "100")
        let id = try await user.make(
          "transactions",
          #"{"account_id":"\#(giro)","date":"2026-05-02","amount":"-30","external_id":"x"}"#)
        try await expectEqual(user.inLedger(.delete, "transactions/\(id)").status, 204)
        try await expectEqual(user.balance(of: giro), "100.00")
        try await expectEqual(user.inLedger(.get, "transactions").count(), 0)
        let deleted = try await user.inLedger(.get, "transactions?deleted=true")
        #expect(deleted.each("id") == [id])
        #expect(deleted["data.0.deleted_at"] != nil)
        try await expectEqual(user.inLedger(.delete, "transactions/\(id)").status, 404)
        try await expectEqual(
          user.inLedger(.patch, "transactions/\(id)", #"{"memo":"x"}"#).status, 404)
        let restored = try await user.inLedger(.post, "transactions/\(id)/restore")
        #expect(restored.status == 200, "\(restored)")
        #expect(restored["deleted_at"] == nil)
        try await expectEqual(user.balance(of: giro), "70.00")
      }
    }

    @Test func anExternalIDIsTakenOncePerAccountUntilItIsDeleted() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let giro = try await user.makeAccount("Giro")
        let other = try await user.makeAccount("Other")
        func post(_ account: String) async throws -> V1Client.Answer {
          try await user.inLedger(
            .post, "transactions",
            #"{"account_id":"\#(account)","date":"2026-05-02","amount":"1","external_id":"x"}"#)
        }
        let first = try await post(giro)
        try await expectEqual(post(other).status, 201)
        let again = try await post(giro)
        #expect(again.status == 409)
        #expect(again.problem == "external-id-taken")
        let id = try #require(first["id"])
        _ = try await user.inLedger(.delete, "transactions/\(id)")
        try await expectEqual(post(giro).status, 201)
        try await expectEqual(user.inLedger(.post, "transactions/\(id)/restore").status, 409)
      }
    }

    @Test func aBulkIsAllOrNothing() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let giro = try await user.makeAccount("Giro")
        func one(_ amount: String) -> String {
          #"{"account_id":"\#(giro)","date":"2026-05-02","amount":"\#(amount)"}"#
        }
        let wrong = try await user.inLedger(
          .post, "transactions/bulk", "{\"transactions\":[\(one("1")),\(one("0")),\(one("1.001"))]}"
        )
        #expect(
          wrong.errors == [
            "/transactions/1/amount": "must not be zero",
            "/transactions/2/amount": "must have at most 2 decimals in EUR",
          ])
        try await expectEqual(user.inLedger(.get, "transactions").count(), 0)
        let made = try await user.inLedger(
          .post, "transactions/bulk", "{\"transactions\":[\(one("1")),\(one("2")),\(one("3"))]}")
        #expect(made.status == 201, "\(made)")
        #expect(made.each("amount") == ["1.00", "2.00", "3.00"])
        let ids = made.each("id").compactMap { $0 }
        let set = try await user.inLedger(
          .patch, "transactions/bulk",
          #"""
          {"ids":["\#(ids[0])","\#(ids[2])"],
           "set":{"payee":"Bank","tags_add":["a","b"],"status":"pending"}}
          """#)
        #expect(set.status == 200, "\(set)")
        #expect(set.each("payee") == ["Bank", "Bank"])
        #expect(set.each("status") == ["pending", "pending"])
        let accounts = try await user.inLedger(.get, "accounts/\(giro)")
        #expect(accounts["balance"] == "6.00")
        #expect(accounts["cleared_balance"] == "2.00")
        let unset = try await user.inLedger(
          .patch, "transactions/bulk", #"{"ids":["\#(ids[0])"],"set":{"tags_remove":["A"]}}"#)
        #expect(unset["data.0.tags.0"] == "b")
        let unknown = try await user.inLedger(
          .patch, "transactions/bulk", #"{"ids":["\#(ids[0])","999999"],"set":{"payee":"x"}}"#)
        #expect(unknown.status == 404)
        try await expectEqual(user.inLedger(.get, "transactions/\(ids[0])")["payee"], "Bank")
      }
    }

    @Test func textThatWouldMisleadIsRefused() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let giro = try await user.makeAccount("Giro")
        for (field, value) in [
          ("payee", #"a\u0000b"#), ("payee", #"a\u202eb"#), ("memo", #"a\u0007b"#),
          ("memo", String(repeating: "x", count: 1001)), ("external_id", #"a\u001fb"#),
        ] {
          let answer = try await user.inLedger(
            .post, "transactions",
            #"{"account_id":"\#(giro)","date":"2026-05-02","amount":"1","\#(field)":"\#(value)"}"#)
          #expect(answer.status == 400, "\(field): \(answer)")
          #expect(answer.errors["/\(field)"] != nil)
        }
        for date in ["0000-01-01", "2026-02-30", "9999-12-31", "20260101", "2026-1-1"] {
          let answer = try await user.inLedger(
            .post, "transactions", #"{"account_id":"\#(giro)","date":"\#(date)","amount":"1"}"#)
          #expect(answer.status == 400, "\(date): \(answer)")
          #expect(answer.errors["/date"] != nil)
        }
      }
    }
  }
}
