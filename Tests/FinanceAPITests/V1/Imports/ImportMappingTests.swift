import HTTPTypes
import Testing

@testable import FinanceAPI

extension DatabaseTests {
  struct ImportMappingTests {
    private static let open =
      "Datum;Text;Betrag\n03.04.2026;Laden;-3.000\n05.06.2026;Laden;-4.000\n"

    @Test func whatTheFileDoesNotTellIsAskedAndAnswered() async throws {
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        let giro = try await sam.makeAccount("Giro")
        let made = try await sam.upload(Self.open, to: giro)
        let id = try #require(made["id"])
        let fields = (0..<made.count("mapping.questions"))
          .compactMap { made["mapping.questions.\($0).field"] }
        #expect(fields.contains("decimal_separator"), "\(made)")
        #expect(made.count("warnings") > 0)
        let comma = try await sam.inLedger(
          .patch, "imports/\(id)", #"{"mapping":{"decimal_separator":","}}"#)
        #expect(comma["mapping.decimal_separator"] == ",", "\(comma)")
        let rows = try await sam.inLedger(.get, "imports/\(id)/rows")
        #expect(rows.each("transaction.amount") == ["-3000.00", "-4000.00"])
        _ = try await sam.inLedger(
          .patch, "imports/\(id)", #"{"mapping":{"decimal_separator":"."}}"#)
        let others = try await sam.inLedger(.get, "imports/\(id)/rows")
        #expect(others.each("transaction.amount") == ["-3.00", "-4.00"])
      }
    }

    @Test func aMappingIsRememberedForTheAccountAndTheHeader() async throws {
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        let giro = try await sam.makeAccount("Giro")
        let cash = try await sam.makeAccount("Cash")
        let id = try await sam.preview(Self.open, to: giro)
        _ = try await sam.inLedger(
          .patch, "imports/\(id)",
          #"{"mapping":{"decimal_separator":",","date_order":"mdy"}}"#)
        let again = try await sam.upload(Self.open, to: giro)
        #expect(again["mapping.decimal_separator"] == ",")
        #expect(again["mapping.date_order"] == "mdy")
        #expect(again.count("mapping.questions") == 0)
        let other = try await sam.upload(Self.open, to: cash)
        #expect(other.count("mapping.questions") > 0)
      }
    }

    @Test func columnsCanBeGivenOtherRoles() async throws {
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        let giro = try await sam.makeAccount("Giro")
        let id = try await sam.preview("Date,A,B,Amount\n2026-05-01,x,y,-1.50\n", to: giro)
        let few = try await sam.inLedger(
          .patch, "imports/\(id)", #"{"mapping":{"columns":[{"name":"Date","role":"date"}]}}"#)
        #expect(few.errors == ["/mapping/columns": "must have 4 elements"])
        let wrong = try await sam.inLedger(
          .patch, "imports/\(id)", #"{"mapping":{"date_order":"ydm","colour":1}}"#)
        #expect(wrong.errors.keys.sorted() == ["/mapping/colour", "/mapping/date_order"])
        let changed = try await sam.inLedger(
          .patch, "imports/\(id)",
          #"""
          {"mapping":{"columns":[{"name":"Date","role":"date"},{"name":"A","role":"memo"},
            {"name":"B","role":"payee"},{"name":"Amount","role":"amount"}]}}
          """#)
        #expect(changed.status == 200, "\(changed)")
        let rows = try await sam.inLedger(.get, "imports/\(id)/rows")
        #expect(rows["data.0.transaction.payee"] == "y")
        #expect(rows["data.0.transaction.memo"] == "x")
      }
    }

    @Test func anotherAccountCanBeSaidLater() async throws {
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        let giro = try await sam.makeAccount("Giro")
        let made = try await sam.upload(ImportTests.statement)
        let id = try #require(made["id"])
        #expect(made["account_id"] == nil)
        let unknown = try await sam.inLedger(
          .patch, "imports/\(id)", #"{"account_id":"999999"}"#)
        #expect(unknown.errors == ["/account_id": "is no account of this ledger"])
        let set = try await sam.inLedger(.patch, "imports/\(id)", #"{"account_id":"\#(giro)"}"#)
        #expect(set["account_id"] == giro, "\(set)")
        _ = try await sam.inLedger(.post, "imports/\(id)/publish")
        try await expectEqual(sam.register(of: giro).count, 3)
      }
    }

    @Test func categoriesOfOtherSystemsAreMadeAndABanksAreNot() async throws {
      let file = "Date,Payee,Category,Amount\n2026-05-01,Shop,Food,-1.00\n"
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        let giro = try await sam.makeAccount("Giro")
        try await sam.importFile(file, to: giro)
        let bank = try await sam.inLedger(.get, "transactions")
        #expect(bank["data.0.category_id"] == nil)
        let qif = "!Type:Bank\nD5/22'26\nT-2.00\nPShop\nLFood:Bread\n^\n"
        try await sam.importFile(qif, to: giro)
        let made = try await sam.inLedger(.get, "transactions")
        #expect(made["data.0.category_id"] != nil, "\(made)")
        let asked = try await sam.upload(
          "Date,Payee,Category,Amount\n2026-05-23,Shop,bread,-1.00\n", to: giro)
        _ = try await sam.inLedger(.post, "imports/\(asked["id"] ?? "")/publish")
        let found = try await sam.inLedger(.get, "transactions")
        #expect(found["data.0.category_id"] == made["data.0.category_id"])
      }
    }

    /// What an account began with would make the income of a month too high.
    @Test func anOpeningBalanceOfAnotherSystemIsNamed() async throws {
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        _ = try await sam.makeAccount("Giro")
        _ = try await sam.makeAccount("Card", type: "credit_card")
        let ynab = try await sam.upload(
          """
          "Account","Flag","Date","Payee","Category Group/Category","Category Group","Category","Memo","Outflow","Inflow","Cleared"
          "Giro","","11/13/2026","Work","Inflow: Ready to Assign","Inflow","Ready to Assign","",$0.00,"$2,000.00","Cleared"
          "Giro","","11/01/2026","Starting Balance","Inflow: Ready to Assign","Inflow","Ready to Assign","",$0.00,$500.00,"Cleared"
          "Card","","11/01/2026","Starting Balance","","","","",$70.00,$0.00,"Cleared"
          """)
        let advice = "skip it, and give the account this opening balance."
        let warnings = (0..<ynab.count("warnings")).compactMap { ynab["warnings.\($0)"] }
        #expect(
          warnings.filter { $0.contains("opening balance") } == [
            "Row 2 is the opening balance of Giro, 500.00, and would count as income: \(advice)",
            "Row 3 is the opening balance of Card, -70.00, and would count as an expense: \(advice)",
          ], "\(ynab)")
        let header =
          "group_id,journal_id,type,amount,currency_code,description,date,source_name,source_type,"
          + "destination_name,destination_type\n"
        let firefly = try await sam.upload(
          header + """
            1,1,"Opening balance",500.00,EUR,Initial,2026-01-01,Initial,"Initial balance account",Giro,"Asset account"
            """)
        #expect(firefly["warnings.0"]?.hasPrefix("Row 1 is the opening balance of Giro") == true)
      }
    }

    @Test func aPreviewShowsTheCategoriesThatAreThere() async throws {
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        let giro = try await sam.makeAccount("Giro")
        let food = try await sam.addCategory("Food")
        let id = try await sam.preview(
          """
          Date,Payee,Category,Amount
          2026-05-01,Bakery,food,-3.00
          2026-05-02,Cinema,Fun,-9.00
          2026-05-03,Nobody,,-1.00

          """, to: giro)
        let rows = try await sam.inLedger(.get, "imports/\(id)/rows")
        #expect(rows.each("transaction.category_id") == [food, nil, nil], "\(rows)")
        let row = try await sam.inLedger(.patch, "imports/\(id)/rows/1", #"{"memo":"rolls"}"#)
        #expect(row["transaction.category_id"] == food, "\(row)")
        let tag = try #require(row.headers[.eTag])
        let changed = try await sam.inLedger(
          .patch, "imports/\(id)/rows/1", #"{"decision":"skip"}"#, headers: [.ifMatch: tag])
        #expect(changed.status == 200 && changed.headers[.eTag] != tag)
        let late = try await sam.inLedger(
          .patch, "imports/\(id)/rows/1", #"{"decision":"import"}"#, headers: [.ifMatch: tag])
        #expect(late.status == 412, "\(late)")
        _ = try await sam.inLedger(.patch, "imports/\(id)/rows/1", #"{"decision":null}"#)
        try await expectEqual(sam.inLedger(.post, "imports/\(id)/publish").status, 200)
        let written = try await sam.inLedger(.get, "transactions?sort=date")
        #expect(written["data.0.category_id"] == food, "\(written)")
      }
    }
  }
}
