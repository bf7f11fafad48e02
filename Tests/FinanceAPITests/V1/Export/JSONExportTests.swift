import HTTPSupport
import Testing

@testable import FinanceAPI

extension DatabaseTests {
  struct JSONExportTests {
    @Test func theWholeLedgerIsInIt() async throws {
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        let giro = try await sam.makeAccount("Giro", opening: "100")
        let id = try await sam.make(
          "transactions",
          """
          {"account_id":"\(giro)","date":"2026-05-01","amount":"-2.50","payee":"\\"Market\\"",
           "tags":["b","a"]}
          """)
        _ = try await sam.make(
          "rules",
          """
          {"name":"Bread","trigger":"created","match":"all",
           "conditions":[{"field":"payee","operator":"contains","value":"bakery"}],
           "actions":[{"type":"add_tag","value":"a"}]}
          """)
        let export = try await sam.inLedger(.get, "export?format=json")
        #expect(export["format"] == "terrace")
        #expect(export.count("rules") == 1)
        #expect(export["rules.0.name"] == "Bread")
        #expect(export.count("recurrences") == 0)
        #expect(export["version"] == "1")
        #expect(export["ledger.name"] == "Personal")
        #expect(export["ledger.currency"] == "EUR")
        #expect(export["ledger.time_zone"] == "Europe/Zurich")
        #expect(export.count("accounts") == 1)
        #expect(export["accounts.0.opening_balance"] == "100.00")
        #expect(export["accounts.0.balance"] == "97.50")
        #expect(export.count("categories") == 0)
        #expect(export.count("tags") == 2)
        #expect(export["tags.0"] == "a")
        let transaction = try await sam.inLedger(.get, "transactions/\(id)")
        #expect(export.count("transactions") == 1)
        #expect(export.text.contains(transaction.text))
      }
    }

    @Test func itIsOneDocumentOverManyPages() async throws {
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        let giro = try await sam.makeAccount("Giro")
        let one = #"{"account_id":"\#(giro)","date":"2026-05-01","amount":"-1"}"#
        let many = Array(repeating: one, count: 500).joined(separator: ",")
        for _ in 0..<5 {
          _ = try await sam.inLedger(.post, "transactions/bulk", #"{"transactions":[\#(many)]}"#)
        }
        #expect(try await sam.inLedger(.get, "export?format=json").count("transactions") == 2500)
      }
    }

    @Test func anEmptyLedgerIsADocumentToo() async throws {
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        let export = try await sam.inLedger(.get, "export?format=json")
        #expect(
          export.text == """
            {"format":"terrace","version":1,"ledger":{"name":"Personal","currency":"EUR",\
            "time_zone":"Europe/Zurich"},"accounts":[],"categories":[],"tags":[],"payees":[],"transactions":[],\
            "rules":[],"recurrences":[],"occurrences":[],"reconciliations":[],"rates":[],\
            "budgets":[],"imported_rows":[],"dismissed_transfers":[]}

            """)
      }
    }
  }
}
