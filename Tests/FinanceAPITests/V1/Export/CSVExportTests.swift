import Foundation
import Testing

@testable import FinanceAPI

extension DatabaseTests {
  struct CSVExportTests {
    private func lines(_ client: V1Client, _ query: String = "") async throws -> [String] {
      let answer = try await client.inLedger(.get, "export?format=csv\(query)")
      try #require(answer.status == 200, "\(answer)")
      let lines = answer.text.components(separatedBy: "\r\n")
      #expect(lines.first == CSVExport.header.joined(separator: ","))
      #expect(lines.last == "")
      return Array(lines.dropFirst().dropLast())
    }

    @Test func eachPartIsALine() async throws {
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        let giro = try await sam.makeAccount("Giro", opening: "100")
        let dollars = try await sam.makeAccount("Dollars", currency: "USD")
        let food = try await makeCategory("Food", server, of: sam)
        let bread = try await makeCategory("Groceries", in: food, server, of: sam)
        let market = try await sam.make(
          "transactions",
          """
          {"account_id":"\(giro)","date":"2026-05-01","amount":"-25.00","payee":"Market","memo":"all",
           "tags":["b","a"],"external_id":"x1","splits":[
             {"amount":"-20.00","category_id":"\(bread)","memo":"one"},{"amount":"-5.00"}]}
          """)
        let exchange = try await sam.make(
          "transactions",
          """
          {"account_id":"\(giro)","date":"2026-05-02","amount":"-100.00","status":"pending",
           "transfer_account_id":"\(dollars)","transfer_amount":"108.00"}
          """)
        let first = "2026-05-01,Giro"
        #expect(
          try await lines(sam) == [
            "\(first),-20.00,EUR,Market,Food:Groceries,one,\"a,b\",cleared,,,,\(market),1,x1",
            "\(first),-5.00,EUR,Market,,all,\"a,b\",cleared,,,,\(market),2,x1",
            "2026-05-02,Giro,-100.00,EUR,,,,,pending,Dollars,108.00,USD,\(exchange),1,",
          ])
        #expect(
          try await lines(sam, "&account_id=\(dollars)") == [
            "2026-05-02,Dollars,108.00,USD,,,,,pending,Giro,-100.00,EUR,\(exchange),1,"
          ])
        #expect(try await lines(sam, "&start_date=2026-05-02").count == 1)
        #expect(try await lines(sam, "&end_date=2026-05-01").count == 2)
        #expect(try await lines(sam, "&end_date=2026-04-30").isEmpty)
      }
    }

    /// Behaviour of spreadsheets: a cell that begins so is run.
    @Test func whatASpreadsheetWouldRunIsTextAndAmountsStayNumbers() async throws {
      let payees = [
        "=HYPERLINK(1)": "'=HYPERLINK(1)", "+1": "'+1", "@x": "'@x", "-1+1|cmd": "'-1+1|cmd",
        "\\\"=1\\\"": "\"'\"\"=1\"\"\"", "' =1": "'' =1", "＝1": "'＝1", "1-1": "1-1", "a=b": "a=b",
        "'tis": "'tis",
      ]
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        let giro = try await sam.makeAccount("-Giro")
        for (payee, cell) in payees {
          let id = try await sam.make(
            "transactions",
            #"{"account_id":"\#(giro)","date":"2026-05-01","amount":"-1.00","payee":"\#(payee)"}"#)
          let written = try await lines(sam)
          #expect(
            written.contains("2026-05-01,'-Giro,-1.00,EUR,\(cell),,,,cleared,,,,\(id),1,"),
            "\(payee): \(written.last ?? "")")
        }
      }
    }

    @Test func cellsWithSeparatorsAndLinesAreQuoted() async throws {
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        let giro = try await sam.makeAccount("Giro")
        _ = try await sam.make(
          "transactions",
          """
          {"account_id":"\(giro)","date":"2026-05-01","amount":"-1","payee":"a, \\"b\\"",
           "memo":"one\\ntwo"}
          """)
        let text = try await lines(sam).joined()
        #expect(text.hasPrefix("2026-05-01,Giro,-1.00,EUR,\"a, \"\"b\"\"\",,\"one\ntwo\",,"))
      }
    }

    @Test func manyPagesHaveEachTransactionOnce() async throws {
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        let giro = try await sam.makeAccount("Giro")
        let one = #"{"account_id":"\#(giro)","date":"2026-05-01","amount":"-1"}"#
        let many = Array(repeating: one, count: 500).joined(separator: ",")
        for _ in 0..<9 {
          let answer = try await sam.inLedger(
            .post, "transactions/bulk", #"{"transactions":[\#(many)]}"#)
          try #require(answer.status == 201)
        }
        for query in ["", "&account_id=\(giro)"] {
          let written = try await lines(sam, query)
          #expect(written.count == 4500)
          #expect(Set(written).count == 4500)
        }
      }
    }

    @Test func whatIsDeletedIsLeftOut() async throws {
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        let giro = try await sam.makeAccount("Giro", opening: "50")
        let id = try await sam.make(
          "transactions", #"{"account_id":"\#(giro)","date":"2026-05-01","amount":"-1"}"#)
        #expect(try await lines(sam).count == 1)
        #expect(try await sam.inLedger(.delete, "transactions/\(id)").status == 204)
        #expect(try await lines(sam).isEmpty)
      }
    }

    private func makeCategory(
      _ name: String, in parent: String? = nil, _ server: FinanceServer, of user: V1Client
    ) async throws -> String {
      String(
        try await server.database().query(
          """
          insert into account (ledger_id, kind, name, currency, parent_id, version)
          values (\(user.ledger)::text::bigint, 'expense', \(name), 'XXX', \(parent)::text::bigint, 1)
          returning id
          """)[0].decode(0, as: Int64.self))
    }
  }
}
