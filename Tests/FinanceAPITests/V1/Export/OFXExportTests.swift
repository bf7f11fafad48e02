import Foundation
import Testing

@testable import FinanceAPI

extension DatabaseTests {
  struct OFXExportTests {
    @Test func eachAccountIsAStatementWithItsBalance() async throws {
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        let giro = try await sam.makeAccount("Giro", opening: "100")
        let card = try await sam.makeAccount("Card", type: "credit_card")
        let buy = try await sam.make(
          "transactions",
          """
          {"account_id":"\(card)","date":"2026-05-01","amount":"-12.50","payee":"Tom & <Jerry>",
           "memo":"one\\ntwo"}
          """)
        _ = try await sam.make(
          "transactions",
          """
          {"account_id":"\(giro)","date":"2026-05-10","amount":"-12.50","external_id":"x&1",
           "transfer_account_id":"\(card)"}
          """)
        let export = try await sam.inLedger(.get, "export?format=ofx")
        let text = export.text
        try Self.expectWellFormed(text)
        #expect(
          text.contains(
            """
            <STMTTRN><TRNTYPE>DEBIT</TRNTYPE><DTPOSTED>20260501</DTPOSTED><TRNAMT>-12.50</TRNAMT>\
            <FITID>\(buy)</FITID><NAME>Tom &amp; &lt;Jerry&gt;</NAME><MEMO>one two</MEMO></STMTTRN>
            """))
        #expect(
          text.contains(
            """
            <STMTTRN><TRNTYPE>XFER</TRNTYPE><DTPOSTED>20260510</DTPOSTED><TRNAMT>-12.50</TRNAMT>\
            <FITID>x&amp;1</FITID></STMTTRN>
            """))
        // The transfer is in the statement of either.
        #expect(text.components(separatedBy: "<STMTTRN>").count == 4)
        #expect(text.contains("<BALAMT>87.50</BALAMT><DTASOF>20260515</DTASOF>"))
        #expect(text.contains("<BALAMT>0.00</BALAMT><DTASOF>20260515</DTASOF>"))
        let bank = try #require(text.range(of: "<BANKMSGSRSV1>"))
        let cards = try #require(text.range(of: "<CREDITCARDMSGSRSV1>"))
        #expect(bank.lowerBound < cards.lowerBound)
      }
    }

    @Test func oneAccountAndSomeDaysAreOneStatement() async throws {
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        let giro = try await sam.makeAccount("Giro", opening: "100")
        _ = try await sam.makeAccount("Savings", type: "savings")
        for day in ["01", "02", "03"] {
          _ = try await sam.make(
            "transactions", #"{"account_id":"\#(giro)","date":"2026-05-\#(day)","amount":"-1"}"#)
        }
        let text = try await sam.inLedger(
          .get,
          "export?format=ofx&account_id=\(giro)&start_date=2026-05-02&end_date=2026-05-02"
        ).text
        try Self.expectWellFormed(text)
        #expect(text.components(separatedBy: "<STMTRS>").count == 2)
        #expect(text.components(separatedBy: "<STMTTRN>").count == 2)
        #expect(text.contains("<DTSTART>20260502</DTSTART><DTEND>20260502</DTEND>"))
        #expect(text.contains("<BALAMT>98.00</BALAMT><DTASOF>20260502</DTASOF>"))
      }
    }

    /// Every element ends where its parent does.
    private static func expectWellFormed(_ text: String) throws {
      var open: [Substring] = []
      for match in text.matches(of: /<(\/?)([A-Z0-9]+)>/) {
        if match.1.isEmpty {
          open.append(match.2)
        } else {
          try #require(open.popLast() == match.2)
        }
      }
      #expect(open.isEmpty)
      #expect(text.contains(/^<\?xml version="1.0" encoding="UTF-8"/))
    }
  }
}
