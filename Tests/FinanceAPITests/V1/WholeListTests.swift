import Testing

@testable import FinanceAPI

extension DatabaseTests {
  /// Lists that are bounded are whole where nobody asks for pages.
  struct WholeListTests {
    @Test(arguments: ["accounts", "categories", "tags", "rules", "recurrences"])
    func aWalkSeesEachElementOnce(list: String) async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let giro = try await user.makeAccount("A0")
        try await user.record("-1", in: giro, on: "2026-05-01", #""tags":["a","b","c","d","e"]"#)
        for n in 1...4 {
          switch list {
          case "accounts": _ = try await user.makeAccount("A\(n)")
          case "categories":
            _ = try await user.make("categories", #"{"name":"C\#(n)","kind":"expense"}"#)
          case "rules":
            _ = try await user.make(
              "rules",
              #"""
              {"name":"r\#(n)","trigger":"created","actions":[{"type":"add_tag","value":"b"}],
               "conditions":[{"field":"payee","operator":"contains","value":"x"}]}
              """#)
          case "recurrences":
            _ = try await user.make(
              "recurrences",
              #"""
              {"template":{"account_id":"\#(giro)","amount":"-9"},"unit":"month",
               "anchor_date":"2026-06-01"}
              """#)
          default: break
          }
        }
        let all = try await user.inLedger(.get, list)
        #expect(all.count() >= 4)
        #expect(all["next_cursor"] == nil)
        var seen: [String?] = []
        var cursor: String?
        repeat {
          let page = try await user.inLedger(
            .get, "\(list)?limit=2" + (cursor.map { "&cursor=\($0)" } ?? ""))
          #expect(page.status == 200, "\(page)")
          seen += page.each("id")
          cursor = page["next_cursor"]
          #expect(page.count() == 2 || cursor == nil)
        } while cursor != nil
        #expect(seen == all.each("id"))
        for query in ["limit=0", "limit=201", "limit=x", "cursor=AAAA", "colour=red"] {
          try await expectEqual(user.inLedger(.get, "\(list)?\(query)").status, 400, "\(query)")
        }
        let suggestions = try await user.inLedger(.get, "recurrence-suggestions?limit=1")
        #expect(suggestions.status == 200)
      }
    }
  }
}
