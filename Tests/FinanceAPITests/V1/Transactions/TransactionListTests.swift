import Testing

@testable import FinanceAPI

extension DatabaseTests {
  struct TransactionListTests {
    /// An account with one transaction for each amount, a day after the other, two on each day.
    private func fill(_ user: V1Client, _ amounts: [String]) async throws -> String {
      let giro = try await user.makeAccount("Giro")
      for (index, amount) in amounts.enumerated() {
        let day = index / 2 + 1
        _ = try await user.make(
          "transactions",
          #"""
          {"account_id":"\#(giro)","date":"2026-05-\#(day < 10 ? "0" : "")\#(day)",
           "amount":"\#(amount)"}
          """#)
      }
      return giro
    }

    @Test(arguments: ["-date", "date", "-amount", "amount"], ["", "account"])
    func aWalkSeesEachTransactionOnceInEveryOrder(sort: String, by filter: String) async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let giro = try await fill(user, (1...11).map { "\($0 * 7 % 5 + 1)" })
        var path = "transactions?limit=3&sort=\(sort)"
        if !filter.isEmpty { path += "&account_id=\(giro)" }
        var seen: [String] = []
        var cursor: String?
        repeat {
          let page = try await user.inLedger(.get, path + (cursor.map { "&cursor=\($0)" } ?? ""))
          #expect(page.status == 200, "\(page)")
          seen += page.each("id").compactMap { $0 }
          cursor = page["next_cursor"]
          #expect(page.count() == 3 || cursor == nil)
        } while cursor != nil
        let all = try await user.inLedger(.get, "transactions?limit=200&sort=\(sort)")
        #expect(seen == all.each("id").compactMap { $0 })
        #expect(Set(seen).count == 11)
      }
    }

    @Test func aCursorIsBoundToItsFilters() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        _ = try await fill(user, ["1", "2", "3"])
        let page = try await user.inLedger(.get, "transactions?limit=1")
        let cursor = try #require(page["next_cursor"])
        for path in [
          "transactions?limit=1&sort=date&cursor=\(cursor)",
          "transactions?status=cleared&cursor=\(cursor)",
          "transactions?cursor=\(cursor.dropLast())", "transactions?cursor=AAAA",
          "transactions?cursor=",
        ] {
          let answer = try await user.inLedger(.get, path)
          #expect(answer.status == 400, "\(path): \(answer)")
          #expect(answer.errors["cursor"] != nil)
        }
        try await expectEqual(
          user.inLedger(.get, "transactions?limit=2&cursor=\(cursor)").count(), 2)
      }
    }

    @Test func aFilterThatNamesNothingMatchesNothing() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        _ = try await fill(user, ["1", "2", "3"])
        for filter in [
          "tag=none", "category_id=999", "payee_id=999", "account_id=999", "search=absent",
          "min_amount=4", "max_amount=0.5", "start_date=2026-06-01", "end_date=2026-04-30",
          "updated_since=2100-01-01T00:00:00Z", "search=!!!",
        ] {
          let answer = try await user.inLedger(.get, "transactions?\(filter)")
          #expect(answer.status == 200, "\(filter): \(answer)")
          #expect(answer.count() == 0, "\(filter)")
        }
        let unknown = try await user.inLedger(
          .get, "transactions?tags=x&limit=0&type=gift&start_date=2026-02-30&sort=payee")
        #expect(unknown.status == 400)
        #expect(
          unknown.errors.keys.sorted() == ["limit", "sort", "start_date", "tags", "type"])
        let twice = try await user.inLedger(.get, "transactions?tag=a&tag=b")
        #expect(twice.errors == ["tag": "is given twice"])
      }
    }

    @Test func wordsAreFoundByTheirBeginningsWithoutAccents() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let giro = try await user.makeAccount("Giro")
        _ = try await user.make(
          "transactions",
          #"""
          {"account_id":"\#(giro)","date":"2026-05-02","amount":"-9","payee":"Café Müller-Lüdenscheidt",
           "memo":"Order #4711, 2nd floor"}
          """#)
        for search in ["cafe", "MULLER", "lüden", "471", "floor%20caf", "2nd"] {
          try await expectEqual(
            user.inLedger(.get, "transactions?search=\(search)").count(), 1, "\(search)")
        }
        for search in ["afe", "cafe%20tea", "712"] {
          try await expectEqual(
            user.inLedger(.get, "transactions?search=\(search)").count(), 0, "\(search)")
        }
      }
    }

    @Test func amountsAreFilteredByTheirAbsoluteValueInTheirCurrency() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        _ = try await fill(user, ["-5", "5", "12.50", "-20"])
        let yen = try await user.makeAccount("Yen", currency: "JPY")
        _ = try await user.make(
          "transactions", #"{"account_id":"\#(yen)","date":"2026-05-02","amount":"-13"}"#)
        let answer = try await user.inLedger(
          .get, "transactions?min_amount=5&max_amount=13&sort=date")
        #expect(
          Set(answer.each("amount").compactMap { $0 }) == ["-5.00", "5.00", "12.50", "-13"])
      }
    }
  }
}
