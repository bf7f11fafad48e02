import HTTPTypes
import Testing

@testable import FinanceAPI

extension DatabaseTests {
  struct ImportTests {
    static let statement = """
      Date;Payee;Memo;Amount;Currency
      2026-05-01;Bakery;Bread;-3,50;EUR
      2026-05-02;Work;May;1.234,56;EUR
      2026-05-03;Market;;-20,00;EUR

      """

    @Test func aFileIsAPreviewUntilItIsPublished() async throws {
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        let giro = try await sam.makeAccount("Giro", opening: "100")
        let made = try await sam.upload(Self.statement, to: giro, "format=auto")
        #expect(made.status == 201, "\(made)")
        let id = try #require(made["id"])
        #expect(made.headers[.location] == "imports/\(id)")
        for (path, value) in [
          ("state", "preview"), ("format", "csv"), ("encoding", "utf-8"), ("account_id", giro),
          ("mapping.separator", ";"), ("mapping.decimal_separator", ","),
          ("mapping.columns.3.role", "amount"), ("statement.start", "2026-05-01"),
          ("statement.end", "2026-05-03"), ("statement.balances", nil), ("counts.new", "3"),
          ("counts.duplicate", "0"), ("counts.invalid", "0"), ("rows_read", "3"),
        ] { #expect(made[path] == value, "\(path)") }
        try await expectEqual(sam.balance(of: giro), "100.00")
        let rows = try await sam.inLedger(.get, "imports/\(id)/rows")
        #expect(rows.each("line") == ["2", "3", "4"])
        #expect(rows.each("state") == ["new", "new", "new"])
        #expect(rows.each("transaction.amount") == ["-3.50", "1234.56", "-20.00"])
        #expect(rows.each("transaction.payee") == ["Bakery", "Work", "Market"])

        let published = try await sam.inLedger(.post, "imports/\(id)/publish")
        #expect(published.status == 200, "\(published)")
        #expect(published["state"] == "published")
        try await expectEqual(sam.balance(of: giro), "1311.06")
        let list = try await sam.inLedger(.get, "transactions?import_id=\(id)&sort=date")
        #expect(list.each("import_id") == [id, id, id])
        #expect(list["data.0.memo"] == "Bread")
        #expect(list["data.0.status"] == "cleared")
        let again = try await sam.inLedger(.post, "imports/\(id)/publish")
        #expect(again.status == 409)
        #expect(again.problem == "import-not-a-preview")
      }
    }

    @Test func importAndRevertLeavesEveryFigureAsItWas() async throws {
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        let giro = try await sam.makeAccount("Giro", opening: "100")
        let id = try await sam.importFile(Self.statement, to: giro)
        let reverted = try await sam.inLedger(.post, "imports/\(id)/revert")
        #expect(reverted.status == 200, "\(reverted)")
        #expect(reverted["state"] == "reverted")
        #expect(reverted["reverted"] == "3")
        #expect(reverted.count("changed_transaction_ids") == 0)
        try await expectEqual(sam.balance(of: giro), "100.00")
        try await expectEqual(sam.register(of: giro), [])
        let again = try await sam.inLedger(.post, "imports/\(id)/revert")
        #expect(again.problem == "import-not-published")
        try await expectEqual(sam.counts(of: Self.statement, to: giro), "3 new, 0 duplicate")
      }
    }

    @Test func revertKeepsWhatWasChangedSinceAndListsIt() async throws {
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        let giro = try await sam.makeAccount("Giro")
        let id = try await sam.importFile(Self.statement, to: giro)
        let list = try await sam.inLedger(.get, "transactions?import_id=\(id)&sort=date")
        let bakery = try #require(list["data.0.id"])
        let work = try #require(list["data.1.id"])
        _ = try await sam.inLedger(.patch, "transactions/\(bakery)", #"{"memo":"Rolls"}"#)
        _ = try await sam.inLedger(.delete, "transactions/\(work)")
        let reverted = try await sam.inLedger(.post, "imports/\(id)/revert")
        #expect(reverted["reverted"] == "1")
        #expect(reverted.count("changed_transaction_ids") == 1)
        #expect(reverted["changed_transaction_ids.0"] == bakery)
        try await expectEqual(sam.balance(of: giro), "-3.50")
        // What was changed is there, and what was deleted stays away.
        try await expectEqual(sam.counts(of: Self.statement, to: giro), "1 new, 2 duplicate")
      }
    }

    @Test func everyFormatIsRead() async throws {
      let ofx = """
        OFXHEADER:100
        DATA:OFXSGML

        <OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO</STATUS></SONRS></SIGNONMSGSRSV1>
        <BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>EUR<BANKACCTFROM><ACCTID>456</BANKACCTFROM>
        <BANKTRANLIST><STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20260131235959[-5:EST]<TRNAMT>-12.50<FITID>a1<NAME>Shop
        </STMTTRN></BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>
        """
      let qif = "!Type:Bank\nD1/31'26\nT-12.50\nPShop\nLFood:Bread\n^\n"
      let mt940 = """
        :20:S
        :25:1/2
        :28C:1/1
        :60F:C260101EUR100,00
        :61:2601310131DR12,50NMSCNONREF
        :86:Shop
        :62F:C260131EUR87,50
        -
        """
      let camt = """
        <Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt><Id>S</Id>
        <Acct><Id><IBAN>DE02120300000000202051</IBAN></Id><Ccy>EUR</Ccy></Acct>
        <Ntry><Amt Ccy="EUR">12.50</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts>
        <BookgDt><Dt>2026-01-31</Dt></BookgDt><NtryDtls><TxDtls><RltdPties><Cdtr><Nm>Shop</Nm></Cdtr>
        </RltdPties></TxDtls></NtryDtls></Ntry></Stmt></BkToCstmrStmt></Document>
        """
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        for (format, file) in [("ofx", ofx), ("qif", qif), ("mt940", mt940), ("camt", camt)] {
          let account = try await sam.makeAccount(format)
          let made = try await sam.upload(file, to: account)
          #expect(made["format"] == format, "\(made)")
          _ = try await sam.inLedger(.post, "imports/\(made["id"] ?? "")/publish")
          let register = try await sam.register(of: account)
          #expect(register.count == 1)
          #expect(register.first?.hasPrefix("2026-01-31 -12.50") == true, "\(format) \(register)")
        }
        // Quicken's categories are the user's own, and are made.
        let list = try await sam.inLedger(.get, "transactions?category_id=none")
        #expect(list.count() == 3)
      }
    }

    @Test func aStatementThatDoesNotAddUpIsAWarning() async throws {
      let file = """
        :20:S
        :25:1/2
        :28C:1/1
        :60F:C260101EUR100,00
        :61:2601310131DR12,50NMSCNONREF
        :62F:C260131EUR90,00
        -
        """
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        let giro = try await sam.makeAccount("Giro")
        let made = try await sam.upload(file, to: giro)
        #expect(made["statement.opening"] == "100.00")
        #expect(made["statement.closing"] == "90.00")
        #expect(made["statement.balances"] == "false")
        #expect(made["warnings.0"]?.contains("do not add up") == true)
        let published = try await sam.inLedger(.post, "imports/\(made["id"] ?? "")/publish")
        #expect(published.status == 200)
      }
    }

    @Test func rowsThatTheAccountCannotHaveAreInvalidAndTheOthersCome() async throws {
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        let yen = try await sam.makeAccount("Yen", currency: "JPY")
        let made = try await sam.upload(
          """
          Date,Payee,Amount,Currency
          2026-05-01,One,-100.5,JPY
          2026-05-01,Two,-100,JPY
          2026-05-01,Three,-100,EUR
          2026-02-30,Four,-100,JPY
          2026-05-01,Five,0,JPY

          """, to: yen)
        #expect(made["counts.new"] == "1")
        #expect(made["counts.invalid"] == "4")
        let rows = try await sam.inLedger(
          .get, "imports/\(made["id"] ?? "")/rows?state=invalid")
        #expect(rows.each("line") == ["2", "4", "5", "6"])
        #expect(rows["data.0.reason"]?.contains("must have no decimals in JPY") == true)
        #expect(rows["data.1.reason"] == "is in EUR, and the account in JPY")
        #expect(rows["data.2.text"]?.contains("Four") == true)
        let id = made["id"] ?? ""
        _ = try await sam.inLedger(.post, "imports/\(id)/publish")
        try await expectEqual(sam.register(of: yen), ["2026-05-01 -100 Two"])
      }
    }

    @Test func aFileOfSeveralAccountsAsksWhichTheyAre() async throws {
      let file = """
        Account,Date,Payee,Notes,Category,Amount,Cleared
        Giro,2026-05-01,Bakery,,Food,-3.50,Cleared
        Pocket,2026-05-02,Kiosk,,,-2.00,Cleared

        """
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        let giro = try await sam.makeAccount("Giro")
        let cash = try await sam.makeAccount("Cash", type: "cash")
        let made = try await sam.upload(file)
        let id = try #require(made["id"])
        #expect(made.count("sources") == 2)
        #expect(made["sources.0.account_id"] == giro)
        #expect(made["sources.1.name"] == "Pocket")
        #expect(made["sources.1.account_id"] == nil)
        let refused = try await sam.inLedger(.post, "imports/\(id)/publish")
        #expect(refused.problem == "import-account-missing")
        try await expectEqual(sam.register(of: giro), [])
        let settled = try await sam.inLedger(
          .patch, "imports/\(id)", #"{"sources":[{"index":1,"account_id":"\#(cash)"}]}"#)
        #expect(settled["sources.1.account_id"] == cash, "\(settled)")
        _ = try await sam.inLedger(.post, "imports/\(id)/publish")
        try await expectEqual(sam.register(of: giro), ["2026-05-01 -3.50 Bakery"])
        try await expectEqual(sam.register(of: cash), ["2026-05-02 -2.00 Kiosk"])
      }
    }

    @Test func rulesForImportedTransactionsAreApplied() async throws {
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        let giro = try await sam.makeAccount("Giro")
        _ = try await sam.make(
          "rules",
          """
          {"name":"Bread","trigger":"imported","actions":[{"type":"set_payee","value":"The baker"}],
           "conditions":[{"field":"payee","operator":"contains","value":"bakery"}]}
          """)
        try await sam.importFile(Self.statement, to: giro)
        try await expectEqual(sam.register(of: giro).first, "2026-05-01 -3.50 The baker")
        try await expectEqual(sam.counts(of: Self.statement, to: giro), "0 new, 3 duplicate")
      }
    }

    @Test func whatIsDecidedOfARowIsDone() async throws {
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        let giro = try await sam.makeAccount("Giro")
        let id = try await sam.preview(Self.statement, to: giro)
        let skipped = try await sam.inLedger(
          .patch, "imports/\(id)/rows/1", #"{"decision":"skip"}"#)
        #expect(skipped["decision"] == "skip", "\(skipped)")
        _ = try await sam.inLedger(
          .patch, "imports/\(id)/rows/2", #"{"payee":"Employer","memo":"Salary"}"#)
        let missing = try await sam.inLedger(
          .patch, "imports/\(id)/rows/9", #"{"decision":"skip"}"#)
        #expect(missing.status == 404)
        let wrong = try await sam.inLedger(
          .patch, "imports/\(id)/rows/3",
          #"{"decision":"link","category_id":"999999","colour":"red"}"#)
        #expect(wrong.errors.keys.sorted() == ["/colour"])
        let unknown = try await sam.inLedger(
          .patch, "imports/\(id)/rows/3", #"{"decision":"link","category_id":"999999"}"#)
        #expect(unknown.errors.keys.sorted() == ["/category_id", "/transaction_id"])
        _ = try await sam.inLedger(.post, "imports/\(id)/publish")
        try await expectEqual(
          sam.register(of: giro), ["2026-05-02 1234.56 Employer", "2026-05-03 -20.00 Market"])
        // What somebody did not want is not asked for again.
        try await expectEqual(sam.counts(of: Self.statement, to: giro), "0 new, 3 duplicate")
      }
    }

    @Test func aViewerAndAStrangerImportNothing() async throws {
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        let giro = try await sam.makeAccount("Giro")
        let id = try await sam.preview(Self.statement, to: giro)
        let eve = try await V1Client(server, user: "eve")
        for (method, path) in [
          (HTTPRequest.Method.get, ""), (.get, "/rows"), (.post, "/publish"), (.delete, ""),
        ] {
          let answer = try await eve.inLedger(method, "imports/\(id)\(path)")
          #expect(answer.status == 404, "\(method) \(path)")
        }
        try await expectEqual(eve.upload(Self.statement, to: giro).status, 404)
        _ = try await sam.inLedger(.delete, "imports/\(id)")
        try await expectEqual(sam.inLedger(.get, "imports/\(id)").status, 404)
      }
    }
  }
}
