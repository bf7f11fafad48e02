import HTTPTypes
import TestSupport
import Testing

@testable import FinanceAPI

extension DatabaseTests {
  /// What is a duplicate, and what only looks like one.
  struct ImportDuplicateTests {
    private func csv(_ rows: String...) -> String {
      "Date,Payee,Amount\n" + rows.map { $0 + "\n" }.joined()
    }

    private func ofx(_ rows: (date: String, amount: String, id: String, name: String)...) -> String
    {
      let transactions = rows.map { row in
        """
        <STMTTRN><TRNTYPE>DEBIT<DTPOSTED>\(row.date)<TRNAMT>\(row.amount)<FITID>\(row.id)\
        <NAME>\(row.name)</STMTTRN>
        """
      }
      return """
        OFXHEADER:100

        <OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>EUR<BANKACCTFROM><ACCTID>4</BANKACCTFROM>
        <BANKTRANLIST>\(transactions.joined(separator: "\n"))</BANKTRANLIST></STMTRS></STMTTRNRS>
        </BANKMSGSRSV1></OFX>
        """
    }

    @Test func threeEqualPurchasesOnOneDayAreThreeAndTheSameFileAgainIsNone() async throws {
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        let giro = try await sam.makeAccount("Giro")
        let row = "2026-05-01,Coffee,-3.00"
        try await sam.importFile(csv(row, row, row), to: giro)
        try await expectEqual(sam.balance(of: giro), "-9.00")
        try await expectEqual(sam.counts(of: csv(row, row, row), to: giro), "0 new, 3 duplicate")
        // A fourth is new, and so is what an overlapping file has besides.
        try await expectEqual(
          sam.counts(of: csv(row, row, row, row, "2026-05-02,Tea,-2.00"), to: giro),
          "2 new, 3 duplicate")
        let cash = try await sam.makeAccount("Cash")
        try await expectEqual(sam.counts(of: csv(row, row, row), to: cash), "3 new, 0 duplicate")
      }
    }

    @Test func oneIdentityOnSeveralPaymentsAndInTwoAccountsIsNoReasonToDropOne() async throws {
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        let giro = try await sam.makeAccount("Giro")
        let card = try await sam.makeAccount("Card", type: "credit_card")
        let file = ofx(
          ("20260501", "-3.00", "1", "Coffee"), ("20260501", "-3.00", "1", "Coffee"),
          ("20260501", "-4.00", "1", "Cake"), ("20260501", "-3.00", "1", "Tea"))
        try await sam.importFile(file, to: giro)
        try await sam.importFile(file, to: card)
        try await expectEqual(sam.balance(of: giro), "-13.00")
        try await expectEqual(sam.balance(of: card), "-13.00")
        try await expectEqual(sam.counts(of: file, to: giro), "0 new, 4 duplicate")
        // Two of the bank's identities are two payments.
        let other = ofx(("20260501", "-3.00", "2", "Coffee"))
        try await expectEqual(sam.counts(of: other, to: giro), "1 new, 0 duplicate")
        // The same payment in another format, without the identity.
        try await expectEqual(
          sam.counts(of: csv("2026-05-01,Coffee,-3.00", "2026-05-01,Cake,-4.00"), to: giro),
          "0 new, 2 duplicate")
      }
    }

    @Test func whatWasDeletedMovedMergedOrChangedDoesNotComeBack() async throws {
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        let giro = try await sam.makeAccount("Giro")
        let cash = try await sam.makeAccount("Cash")
        let file = csv(
          "2026-05-01,One,-1.00", "2026-05-02,Two,-2.00", "2026-05-03,Three,-3.00",
          "2026-05-04,Four,-4.00")
        let id = try await sam.importFile(file, to: giro)
        let list = try await sam.inLedger(.get, "transactions?import_id=\(id)&sort=date")
        let ids = list.each("id").compactMap(\.self)
        _ = try await sam.inLedger(.delete, "transactions/\(ids[0])")
        _ = try await sam.inLedger(
          .patch, "transactions/\(ids[1])", #"{"account_id":"\#(cash)"}"#)
        _ = try await sam.inLedger(
          .patch, "transactions/\(ids[2])", #"{"transfer_account_id":"\#(cash)"}"#)
        _ = try await sam.inLedger(
          .patch, "transactions/\(ids[3])", #"{"amount":"-5","date":"2026-04-01","payee":"x"}"#)
        try await expectEqual(sam.counts(of: file, to: giro), "0 new, 4 duplicate")
      }
    }

    /// At the bank, a split is one payment.
    @Test(arguments: [["-30.00", "-20.00"], ["-60.00", "10.00"], ["-20.00", "-40.00", "10.00"]])
    func aSplitInTheBooksMayBeTheBanksRowOfItsSum(parts: [String]) async throws {
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        let giro = try await sam.makeAccount("Giro")
        let splits = parts.map { #"{"amount":"\#($0)"}"# }.joined(separator: ",")
        let split = try await sam.record(
          "-50", in: giro, on: "2026-05-01", #""splits":[\#(splits)]"#)
        let made = try await sam.upload(
          csv("2026-05-02,Market,-50.00", "2026-05-02,Market,-20.00"), to: giro)
        #expect(made["counts.new"] == "2" && made["counts.possible"] == "1", "\(made)")
        let rows = try await sam.inLedger(
          .get, "imports/\(made["id"] ?? "")/rows?state=possible")
        #expect(rows["data.0.transaction_id"] == split, "\(rows)")
        #expect(rows["data.0.transaction.amount"] == "-50.00")
        let other = try await sam.makeAccount("Other")
        try await expectEqual(
          sam.upload(csv("2026-05-02,Market,-50.00"), to: other)["counts.possible"], "0")
      }
    }

    @Test func rowsThatDifferOnlyInATimeStampAreShownAndNotDropped() async throws {
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        let giro = try await sam.makeAccount("Giro")
        let morning = "2026-05-01,Shop 01.05. 08:15,-3.00"
        let later = "2026-05-01,Shop 01.05. 08:17,-3.00"
        let id = try await sam.importFile(csv(morning), to: giro)
        let made = try await sam.upload(csv(later), to: giro)
        #expect(made["counts.new"] == "1")
        #expect(made["counts.possible"] == "1")
        let rows = try await sam.inLedger(
          .get, "imports/\(made["id"] ?? "")/rows?state=possible")
        #expect(rows["data.0.possible_duplicate"] == "true")
        let list = try await sam.inLedger(.get, "transactions?import_id=\(id)")
        #expect(rows["data.0.transaction_id"] == list["data.0.id"])
        _ = try await sam.inLedger(.post, "imports/\(made["id"] ?? "")/publish")
        try await expectEqual(sam.balance(of: giro), "-6.00")
        // In one file, too.
        let card = try await sam.makeAccount("Card")
        try await expectEqual(sam.upload(csv(morning, later), to: card)["counts.possible"], "1")
      }
    }

    @Test func whatWasEnteredByHandIsShownAndCanBeLinked() async throws {
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        let giro = try await sam.makeAccount("Giro")
        let hand = try await sam.make(
          "transactions",
          #"{"account_id":"\#(giro)","date":"2026-05-03","amount":"-3","payee":"Lunch"}"#)
        let file = csv("2026-05-01,CARD 17,-3.00", "2026-05-01,CARD 18,-3.00", "2026-05-09,X,-3.00")
        let id = try await sam.preview(file, to: giro)
        let rows = try await sam.inLedger(.get, "imports/\(id)/rows")
        #expect(rows["data.0.transaction_id"] == hand, "\(rows)")
        #expect(rows["data.0.state"] == "new")
        #expect(rows["data.0.possible_duplicate"] == "true")
        #expect(rows["data.1.transaction_id"] == nil)
        #expect(rows["data.2.possible_duplicate"] == "false")
        let linked = try await sam.inLedger(
          .patch, "imports/\(id)/rows/1", #"{"decision":"link"}"#)
        #expect(linked["decision"] == "link", "\(linked)")
        _ = try await sam.inLedger(.post, "imports/\(id)/publish")
        try await expectEqual(sam.balance(of: giro), "-9.00")
        try await expectEqual(sam.counts(of: file, to: giro), "0 new, 3 duplicate")
        _ = try await sam.inLedger(.post, "imports/\(id)/revert")
        try await expectEqual(sam.register(of: giro), ["2026-05-03 -3.00 Lunch"])
      }
    }

    @Test func bothHalvesOfATransferInOneFileAreOneTransfer() async throws {
      let file = """
        !Account
        NGiro
        TBank
        ^
        !Type:Bank
        D5/13'26
        T-50.00
        PMove
        L[Savings]
        ^
        !Account
        NSavings
        TBank
        ^
        !Type:Bank
        D5/13'26
        T50.00
        PMove
        L[Giro]
        ^

        """
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        let giro = try await sam.makeAccount("Giro")
        let savings = try await sam.makeAccount("Savings", type: "savings")
        let made = try await sam.upload(file)
        #expect(made["counts.new"] == "1", "\(made)")
        #expect(made["counts.duplicate"] == "1")
        _ = try await sam.inLedger(.post, "imports/\(made["id"] ?? "")/publish")
        try await expectEqual(sam.balance(of: giro), "-50.00")
        try await expectEqual(sam.balance(of: savings), "50.00")
      }
    }

    /// Rows of the first file are in the statistics of the database, and those of the others are not.
    @Test(.timeLimit(.minutes(2)))
    func aLargeFileThatComesAgainIsMatchedInTime() async throws {
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        let giro = try await sam.makeAccount("Giro")
        func file(_ count: Int) -> String {
          "Date,Payee,Amount\n"
            + (0..<count).map { "2026-05-\(10 + $0 % 18),Shop \($0 / 7),-\($0 % 90 + 1).00\n" }
            .joined()
        }
        try await sam.importFile(file(2000), to: giro)
        _ = try await server.database().query("analyze import_row")
        _ = try await server.database().query("analyze import_identity")
        try await expectEqual(sam.counts(of: file(2000), to: giro), "0 new, 2000 duplicate")
        try await expectEqual(sam.counts(of: file(3000), to: giro), "1000 new, 2000 duplicate")
      }
    }

    /// Statements of one account that overlap, with equal rows in them, sent in any order and more than
    /// once: the account has each row once. Taking all of them back leaves nothing.
    @Test(arguments: [1, 2, 3])
    func randomStatementsThatOverlapComeOnce(seed: UInt64) async throws {
      try await FinanceServer.run { server in
        var generator = SeededGenerator(seed: seed)
        let sam = try await V1Client(server)
        let giro = try await sam.makeAccount("Giro", opening: "100")
        var rows: [(text: String, cents: Int)] = []
        for day in 1...28 {
          for _ in 0..<Int.random(in: 0...3, using: &generator) {
            let cents = Int.random(in: 1...3, using: &generator) * 100
            let payee = ["Coffee", "Tea", "Cake"].randomElement(using: &generator) ?? ""
            rows.append(("2026-05-\(day < 10 ? "0" : "")\(day),\(payee),-\(cents / 100).00", cents))
          }
        }
        let total = rows.reduce(0) { $0 + $1.cents } / 100
        var ids: [String] = []
        // A bank's statement has whole days.
        for (first, last) in [(1, 12), (8, 20), (1, 28), (5, 9), (1, 28)] {
          let part = rows.filter { row in
            (first...last).contains(Int(row.text.dropFirst(8).prefix(2)) ?? 0)
          }
          guard !part.isEmpty else { continue }
          let text = "Date,Payee,Amount\n" + part.map { $0.text + "\n" }.joined()
          ids.append(try await sam.importFile(text, to: giro))
        }
        try await expectEqual(sam.balance(of: giro, at: "2026-12-31"), "\(100 - total).00")
        for id in ids.shuffled(using: &generator) {
          _ = try await sam.inLedger(.post, "imports/\(id)/revert")
        }
        try await expectEqual(sam.balance(of: giro, at: "2026-12-31"), "100.00")
        try await expectEqual(sam.register(of: giro), [])
      }
    }
  }
}
