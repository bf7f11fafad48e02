import HTTPTypes
import Testing

@testable import FinanceAPI

extension DatabaseTests {
  struct PayeeTests {
    private func pay(
      _ user: V1Client, _ payee: String, from account: String, on date: String = "2026-05-02",
      category: String? = nil, memo: String = "", splits: String = "[]"
    ) async throws -> String {
      let category = category.map { "\"\($0)\"" } ?? "null"
      return try await user.make(
        "transactions",
        #"""
        {"account_id":"\#(account)","date":"\#(date)","amount":"-3","payee":"\#(payee)",
         "category_id":\#(category),"memo":"\#(memo)","splits":\#(splits)}
        """#)
    }

    private func id(of payee: String, _ user: V1Client) async throws -> String {
      let list = try await user.inLedger(.get, "payees?limit=200")
      let index = try #require(list.each("name").firstIndex(of: payee), "\(list)")
      return try #require(list["data.\(index).id"])
    }

    @Test func payeesAreListedByNameWithTheirUseAndWhatIsLikelyNext() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let giro = try await user.makeAccount("Giro")
        let card = try await user.makeAccount("Card", type: "credit_card")
        let food = try await user.make("categories", #"{"name":"Food","kind":"expense"}"#)
        _ = try await pay(user, "Müller", from: giro, on: "2026-05-03", category: food)
        _ = try await pay(user, "müller", from: card, on: "2026-05-01")
        let gone = try await pay(user, "Müller", from: card, on: "2026-05-09")
        _ = try await user.inLedger(.delete, "transactions/\(gone)")
        let only = try await pay(user, "Absent", from: card)
        _ = try await user.inLedger(.delete, "transactions/\(only)")
        let list = try await user.inLedger(.get, "payees")
        #expect(list.each("name") == ["Absent", "Müller"])
        #expect(list.each("transaction_count") == ["0", "2"])
        #expect(list.each("last_date") == [nil, "2026-05-03"])
        #expect(list.each("last_account_id") == [nil, giro])
        #expect(list.each("last_category_id") == [nil, food])
      }
    }

    @Test func aPageGoesOnWhereTheLastOneEnded() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let giro = try await user.makeAccount("Giro")
        for name in ["Baker", "butcher", "Bar", "Cook", "Éclair", "B%", "50 Cent", "Zoo"] {
          _ = try await pay(user, name, from: giro)
        }
        var seen: [String] = []
        var cursor: String?
        repeat {
          let page = try await user.inLedger(
            .get, "payees?limit=3" + (cursor.map { "&cursor=\($0)" } ?? ""))
          seen += page.each("name").compactMap { $0 }
          cursor = page["next_cursor"]
        } while cursor != nil
        #expect(seen.count == 8)
        #expect(Set(seen).count == 8)
        let found = try await user.inLedger(.get, "payees?search=B")
        #expect(
          Set(found.each("name").compactMap { $0 }) == ["B%", "Baker", "Bar", "butcher"])
        try await expectEqual(user.inLedger(.get, "payees?search=b%25").each("name"), ["B%"])
        try await expectEqual(user.inLedger(.get, "payees?search=absent").count(), 0)
        let page = try await user.inLedger(.get, "payees?search=b&limit=1")
        let other = try #require(page["next_cursor"])
        try await expectEqual(user.inLedger(.get, "payees?search=c&cursor=\(other)").status, 400)
        try await expectEqual(
          user.inLedger(.get, "payees?name=b").errors, ["name": "is not a known parameter"])
      }
    }

    @Test func whatIsRenamedIsFoundByItsNewName() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let giro = try await user.makeAccount("Giro")
        let entry = try await pay(
          user, "AMZN MKTP", from: giro, memo: "lamp",
          splits: #"[{"amount":"-1","memo":"bulb"},{"amount":"-2"}]"#)
        let before = try await user.inLedger(.get, "transactions/\(entry)")
        let payee = try await id(of: "AMZN MKTP", user)
        let tag = try #require(
          try await user.inLedger(.get, "payees/\(payee)").headers[.eTag])
        let renamed = try await user.inLedger(
          .patch, "payees/\(payee)", #"{"name":"Amazon"}"#, headers: [.ifMatch: tag])
        #expect(renamed.status == 200, "\(renamed)")
        #expect(renamed["name"] == "Amazon")
        for (search, count) in [("amazon", 1), ("amzn", 0), ("lamp", 1), ("bulb", 1)] {
          try await expectEqual(
            user.inLedger(.get, "transactions?search=\(search)").count(), count, "\(search)")
        }
        let after = try await user.inLedger(.get, "transactions/\(entry)")
        #expect(after["payee"] == "Amazon")
        #expect(after.headers[.eTag] != before.headers[.eTag])
        let stale = try await user.inLedger(
          .patch, "payees/\(payee)", #"{"name":"x"}"#, headers: [.ifMatch: tag])
        #expect(stale.status == 412)
        // The case of a name can change.
        try await expectEqual(
          user.inLedger(.patch, "payees/\(payee)", #"{"name":"AMAZON"}"#)["name"], "AMAZON")
      }
    }

    @Test func aNameThatIsTakenIsAnOccasionToMerge() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let giro = try await user.makeAccount("Giro")
        let first = try await pay(user, "AMZN", from: giro)
        let deleted = try await pay(user, "AMZN", from: giro)
        _ = try await user.inLedger(.delete, "transactions/\(deleted)")
        _ = try await pay(user, "Amazon", from: giro)
        let (old, new) = try await (id(of: "AMZN", user), id(of: "Amazon", user))
        let refused = try await user.inLedger(.patch, "payees/\(old)", #"{"name":"amazon"}"#)
        #expect(refused.status == 409)
        #expect(refused.problem == "payee-name-taken")
        #expect(refused["detail"]?.contains("payees/\(old)/merge") == true)
        let merged = try await user.inLedger(
          .post, "payees/\(old)/merge", #"{"into":"\#(new)"}"#)
        #expect(merged.status == 200, "\(merged)")
        #expect(merged["id"] == new)
        #expect(merged["transaction_count"] == "2")
        try await expectEqual(user.inLedger(.get, "payees/\(old)").status, 404)
        try await expectEqual(user.inLedger(.get, "transactions/\(first)")["payee"], "Amazon")
        try await expectEqual(user.inLedger(.get, "transactions?search=amazon").count(), 2)
        try await expectEqual(
          user.inLedger(.post, "transactions/\(deleted)/restore")["payee"], "Amazon")
        for (into, message) in [
          (new, "must be another payee"), (old, "is no payee of this ledger"),
        ] {
          let answer = try await user.inLedger(
            .post, "payees/\(new)/merge", #"{"into":"\#(into)"}"#)
          #expect(answer.errors == ["/into": message])
        }
      }
    }

    @Test func aPayeeThatNothingHasIsDeleted() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let other = try await V1Client(server, user: "eve")
        let giro = try await user.makeAccount("Giro")
        let entry = try await pay(user, "Shop", from: giro)
        let shop = try await id(of: "Shop", user)
        try await expectEqual(user.inLedger(.delete, "payees/\(shop)").problem, "payee-in-use")
        _ = try await user.inLedger(.patch, "transactions/\(entry)", #"{"payee":null}"#)
        try await expectEqual(other.inLedger(.delete, "payees/\(shop)").status, 404)
        try await expectEqual(user.inLedger(.delete, "payees/\(shop)").status, 204)
        try await expectEqual(user.inLedger(.get, "payees").count(), 0)
      }
    }
  }
}
