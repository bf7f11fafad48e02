import HTTPTypes
import Testing

@testable import FinanceAPI

extension DatabaseTests {
  /// What may have changed between a preview and its publication.
  struct ImportPublicationTests {
    private func csv(_ rows: String...) -> String {
      "Date,Payee,Amount\n" + rows.map { $0 + "\n" }.joined()
    }

    private func publish(_ id: String, by user: V1Client) async throws -> V1Client.Answer {
      try await user.inLedger(.post, "imports/\(id)/publish")
    }

    @Test func ofTwoPreviewsOfOneFileTheSecondWritesNothing() async throws {
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        let giro = try await sam.makeAccount("Giro")
        let row = "2026-05-01,Coffee,-3.00"
        let file = csv(row, row, "2026-05-02,Tea,-2.00")
        let first = try await sam.preview(file, to: giro)
        let second = try await sam.preview(file, to: giro)
        let more = try await sam.preview(csv(row, row, row), to: giro)
        try await expectEqual(publish(first, by: sam).status, 200)
        let published = try await publish(second, by: sam)
        #expect(published.status == 200, "\(published)")
        #expect(published["counts.new"] == "0")
        #expect(published["counts.duplicate"] == "3")
        try await expectEqual(sam.balance(of: giro), "-8.00")
        // Of three equal rows the account has had two.
        try await expectEqual(publish(more, by: sam)["counts.new"], "1")
        try await expectEqual(sam.balance(of: giro), "-11.00")
        _ = try await sam.inLedger(.post, "imports/\(second)/revert")
        try await expectEqual(sam.balance(of: giro), "-11.00")
        try await expectEqual(sam.counts(of: file, to: giro), "0 new, 3 duplicate")
      }
    }

    @Test func twoPreviewsPublishedAtOnceWriteTheirRowsOnce() async throws {
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        let giro = try await sam.makeAccount("Giro")
        let file = csv("2026-05-01,Coffee,-3.00", "2026-05-02,Tea,-2.00")
        let first = try await sam.preview(file, to: giro)
        let second = try await sam.preview(file, to: giro)
        async let one = publish(first, by: sam)
        async let other = publish(second, by: sam)
        let statuses = try await [one.status, other.status]
        #expect(statuses == [200, 200])
        try await expectEqual(sam.balance(of: giro), "-5.00")
      }
    }

    @Test func whatWasDecidedStaysButNotOfRowsThatHaveBecomeDuplicates() async throws {
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        let giro = try await sam.makeAccount("Giro")
        let old = csv("2026-05-01,Coffee,-3.00")
        try await sam.importFile(old, to: giro)
        let file = csv("2026-05-01,Coffee,-3.00", "2026-05-02,Tea,-2.00", "2026-05-03,Cake,-4.00")
        let id = try await sam.preview(file, to: giro)
        for (row, decision) in [(1, "import"), (2, "import"), (3, "skip")] {
          let decided = try await sam.inLedger(
            .patch, "imports/\(id)/rows/\(row)", #"{"decision":"\#(decision)"}"#)
          #expect(decided.status == 200, "\(decided)")
        }
        try await sam.importFile(csv("2026-05-02,Tea,-2.00"), to: giro)
        try await expectEqual(publish(id, by: sam).status, 200)
        // The first row was wanted twice on purpose.
        try await expectEqual(sam.balance(of: giro), "-8.00")
        let rows = try await sam.inLedger(.get, "imports/\(id)/rows")
        #expect(rows.each("state") == ["duplicate", "duplicate", "new"])
        #expect(rows.each("decision") == ["import", nil, "skip"])
      }
    }

    @Test func theOtherHalfOfATransferThatHasComeMeanwhileIsADuplicate() async throws {
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        let giro = try await sam.makeAccount("Giro")
        let savings = try await sam.makeAccount("Savings", type: "savings")
        func half(_ amount: String, of name: String, to other: String) -> String {
          "!Account\nN\(name)\nTBank\n^\n!Type:Bank\nD5/13'26\nT\(amount)\nPMove\nL[\(other)]\n^\n"
        }
        let there = try await sam.preview(half("50.00", of: "Savings", to: "Giro"), to: savings)
        try await sam.importFile(half("-50.00", of: "Giro", to: "Savings"), to: giro)
        let published = try await publish(there, by: sam)
        #expect(published["counts.duplicate"] == "1", "\(published)")
        try await expectEqual(sam.balance(of: savings), "50.00")
        try await expectEqual(sam.balance(of: giro), "-50.00")
      }
    }

    @Test func anOpenQuestionIsAnsweredFirst() async throws {
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        let giro = try await sam.makeAccount("Giro")
        let file = "Date;Amount\n01/02/2026;-3.000\n02/02/2026;-4.000\n"
        let made = try await sam.upload(file, to: giro)
        let id = try #require(made["id"])
        let refused = try await publish(id, by: sam)
        #expect(refused.status == 409, "\(refused)")
        #expect(refused.problem == "import-questions")
        #expect(refused["detail"]?.contains("-3.000") == true)
        try await expectEqual(sam.register(of: giro), [])
        _ = try await sam.inLedger(
          .patch, "imports/\(id)", #"{"mapping":{"decimal_separator":"."}}"#)
        try await expectEqual(publish(id, by: sam).problem, "import-questions")
        // What is guessed already is confirmed by saying it.
        let order = try #require(made["mapping.date_order"])
        _ = try await sam.inLedger(
          .patch, "imports/\(id)", #"{"mapping":{"date_order":"\#(order)"}}"#)
        try await expectEqual(publish(id, by: sam).status, 200)
        try await expectEqual(sam.balance(of: giro, at: "2026-12-31"), "-7.00")
        // The next file with such a header is read so.
        let next = try await sam.preview("Date;Amount\n03/02/2026;-5.000\n", to: giro)
        try await expectEqual(publish(next, by: sam).status, 200)
      }
    }

    @Test func aQIFFileIsAskedAboutAsWell() async throws {
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        let giro = try await sam.makeAccount("Giro")
        let id = try await sam.preview("!Type:Bank\nD01/02/2026\nT-3.00\nPShop\n^\n", to: giro)
        try await expectEqual(publish(id, by: sam).problem, "import-questions")
        _ = try await sam.inLedger(.patch, "imports/\(id)", #"{"mapping":{"date_order":"dmy"}}"#)
        try await expectEqual(publish(id, by: sam).status, 200)
        try await expectEqual(sam.register(of: giro), ["2026-02-01 -3.00 Shop"])
      }
    }

    @Test func aRowIsLinkedToATransactionThatIsThereAndNoOtherIs() async throws {
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        let giro = try await sam.makeAccount("Giro")
        let lunch = try await sam.record(
          "-3", in: giro, on: "2026-05-01", #""payee":"Lunch","status":"pending""#)
        let file = csv("2026-05-01,CARD 17,-3.00", "2026-05-02,CARD 18,-3.00")
        let id = try await sam.preview(file, to: giro)
        for row in [1, 2] {
          let linked = try await sam.inLedger(
            .patch, "imports/\(id)/rows/\(row)",
            #"{"decision":"link","transaction_id":"\#(lunch)"}"#)
          #expect(linked.status == 200, "\(linked)")
        }
        let twice = try await publish(id, by: sam)
        #expect(
          twice.errors == [
            "/rows/2/transaction_id": "is the transaction that another row is linked to"
          ])
        _ = try await sam.inLedger(.patch, "imports/\(id)/rows/2", #"{"decision":null}"#)
        _ = try await sam.inLedger(.delete, "transactions/\(lunch)")
        let gone = try await publish(id, by: sam)
        #expect(gone.errors == ["/rows/1/transaction_id": "is no transaction any more"])
        _ = try await sam.inLedger(.post, "transactions/\(lunch)/restore")
        let published = try await publish(id, by: sam)
        #expect(published.status == 200, "\(published)")
        // The bank has it, so it is pending no more.
        let cleared = try await sam.inLedger(.get, "transactions/\(lunch)")
        #expect(cleared["status"] == "cleared")
        #expect(cleared["payee"] == "Lunch")
        try await expectEqual(sam.balance(of: giro), "-6.00")
        try await expectEqual(sam.counts(of: file, to: giro), "0 new, 2 duplicate")
      }
    }

    @Test func aPublicationThatFailsInTheMiddleLeavesNothing() async throws {
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        let giro = try await sam.makeAccount("Giro")
        let food = try await sam.addCategory("Food")
        let id = try await sam.preview(
          csv("2026-05-01,One,-1.00", "2026-05-02,Two,-2.00"), to: giro)
        _ = try await sam.inLedger(
          .patch, "imports/\(id)/rows/2", #"{"category_id":"\#(food)"}"#)
        _ = try await sam.inLedger(.patch, "categories/\(food)", #"{"archived":true}"#)
        let refused = try await publish(id, by: sam)
        #expect(refused.status == 400, "\(refused)")
        #expect(refused.errors["/rows/2/category_id"] != nil)
        try await expectEqual(sam.register(of: giro), [])
        try await expectEqual(sam.inLedger(.get, "imports/\(id)")["state"], "preview")
        _ = try await sam.inLedger(.patch, "imports/\(id)/rows/2", #"{"category_id":null}"#)
        let published = try await publish(id, by: sam)
        #expect(published.status == 200, "\(published)")
        try await expectEqual(
          sam.inLedger(.get, "imports/\(id)").headers[.eTag], published.headers[.eTag])
      }
    }

    @Test func whatARevertTookBackAndSomebodyRestoredDoesNotComeAgain() async throws {
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        let giro = try await sam.makeAccount("Giro")
        let file = csv("2026-05-01,One,-1.00", "2026-05-02,Two,-2.00")
        let id = try await sam.importFile(file, to: giro)
        let list = try await sam.inLedger(.get, "transactions?import_id=\(id)&sort=date")
        let one = try #require(list["data.0.id"])
        _ = try await sam.inLedger(.post, "imports/\(id)/revert")
        try await expectEqual(sam.counts(of: file, to: giro), "2 new, 0 duplicate")
        _ = try await sam.inLedger(.post, "transactions/\(one)/restore")
        try await expectEqual(sam.counts(of: file, to: giro), "1 new, 1 duplicate")
        // Deleting and restoring it once more changes nothing of that.
        _ = try await sam.inLedger(.delete, "transactions/\(one)")
        _ = try await sam.inLedger(.post, "transactions/\(one)/restore")
        try await expectEqual(sam.counts(of: file, to: giro), "1 new, 1 duplicate")
      }
    }

    @Test func whatABankBooksDaysLaterMayBeADuplicate() async throws {
      @Sendable func ofx(_ date: String, _ name: String) -> String {
        """
        OFXHEADER:100

        <OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>EUR<BANKACCTFROM><ACCTID>4</BANKACCTFROM>
        <BANKTRANLIST><STMTTRN><TRNTYPE>DEBIT<DTPOSTED>\(date)<TRNAMT>-3.00<FITID>a<NAME>\(name)
        </STMTTRN></BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>
        """
      }
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        let giro = try await sam.makeAccount("Giro")
        try await sam.importFile(ofx("20260501", "PENDING SHOP"), to: giro)
        let later = try await sam.upload(ofx("20260503", "SHOP BERLIN"), to: giro)
        #expect(later["counts.new"] == "1")
        #expect(later["counts.possible"] == "1", "\(later)")
        let muchLater = try await sam.upload(ofx("20260601", "SHOP BERLIN"), to: giro)
        #expect(muchLater["counts.possible"] == "0", "\(muchLater)")
      }
    }

    @Test func partsAreShownWithTheirCurrencysDigitsAndFinerOnesAreInvalid() async throws {
      @Sendable func qif(_ part: String, _ rest: String) -> String {
        """
        !Type:Bank
        D5/13'26
        T-30.00
        PShop
        SFood
        $\(part)
        SHome
        $\(rest)
        ^

        """
      }
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        let giro = try await sam.makeAccount("Giro")
        let id = try await sam.preview(qif("-10", "-20.0"), to: giro)
        let rows = try await sam.inLedger(.get, "imports/\(id)/rows")
        #expect(rows["data.0.transaction.splits.0.amount"] == "-10.00", "\(rows)")
        #expect(rows["data.0.transaction.splits.1.amount"] == "-20.00")
        let finer = try await sam.preview(qif("-10.005", "-19.995"), to: giro)
        let refused = try await sam.inLedger(.get, "imports/\(finer)/rows")
        #expect(refused["data.0.state"] == "invalid")
        #expect(refused["data.0.reason"]?.contains("-10.005 of a part") == true, "\(refused)")
        #expect(refused["data.0.text"]?.hasSuffix(" Shop") == true, "\(refused)")
      }
    }
  }
}
