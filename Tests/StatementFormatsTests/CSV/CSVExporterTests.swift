import Testing

@testable import StatementFormats

/// The exports of other systems, which are mapped by themselves.
@Suite struct CSVExporterTests {
  /// Rows in short: account, amount, payee, memo, category, transfer, tags, parts.
  private func short(_ reading: Reading) -> [String] {
    reading.rows.map { row in
      var text = "\(reading.sources[row.source].name ?? "") \(row.date) \(row.amount.plainText)"
      text += " \(row.payee)|\(row.memo)|\(row.category.joined(separator: ":"))"
      if let other = row.transferAccount {
        text += " >\(other) \(row.transferAmount?.plainText ?? "") \(row.transferCurrency ?? "")"
      }
      if row.isSecondHalf { text += " second" }
      if !row.tags.isEmpty { text += " #\(row.tags.joined(separator: "#"))" }
      for part in row.parts {
        text += " (\(part.amount.plainText) \(part.category.joined(separator: ":")) \(part.memo)"
        text += part.transferAccount.map { " >\($0)" } ?? ""
        text += ")"
      }
      return text
    }
  }

  @Test func fireflyIIIWithTransfersAndSplits() throws {
    let header =
      "user_id,group_id,journal_id,created_at,updated_at,group_title,type,amount,foreign_amount,"
      + "currency_code,foreign_currency_code,description,date,source_name,source_iban,source_type,"
      + "destination_name,destination_iban,destination_type,reconciled,category,budget,bill,tags,notes\n"
    let reading = try Reading(
      header + """
        1,10,100,,,,Withdrawal,-12.50,,EUR,,Bread,2026-11-28T00:00:00+01:00,Giro,,"Asset account",Bakery,,"Expense account",0,Food,,,"a,b",
        1,11,101,,,,Deposit,2000.00,,EUR,,Salary,2026-11-27T00:00:00+01:00,Work,,"Revenue account",Giro,,"Asset account",0,Income,,,,note
        1,12,102,,,,Transfer,-100.00,-108.00,EUR,USD,To savings,2026-11-26T00:00:00+01:00,Giro,,"Asset account",Savings,,"Asset account",0,,,,,
        1,13,103,,,Big shop,Withdrawal,-30.00,,EUR,,Food,2026-11-25T00:00:00+01:00,Giro,,"Asset account",Market,,"Expense account",0,Food,,,,
        1,13,104,,,Big shop,Withdrawal,-20.00,,EUR,,Soap,2026-11-25T00:00:00+01:00,Giro,,"Asset account",Market,,"Expense account",0,House,,,,
        1,14,105,,,,"Opening balance",500.00,,EUR,,Initial,2026-01-01T00:00:00+01:00,"Initial balance for Giro",,"Initial balance account",Giro,,"Asset account",0,,,,,
        1,15,106,,,,Withdrawal,-200.00,,EUR,,Rate,2026-01-01T00:00:00+01:00,Giro,,"Asset account","Car loan",,Loan,0,,,,,
        """)
    #expect(reading.plan.csv?.exporter == .fireflyIII)
    #expect(
      short(reading) == [
        "Giro 2026-11-28 -12.5 Bakery|Bread|Food #a#b",
        "Giro 2026-11-27 2000 Work|Salary note|Income",
        "Giro 2026-11-26 -100 |To savings| >Savings 108 USD",
        "Giro 2026-11-25 -50 Market|Big shop| (-30 Food Food) (-20 House Soap)",
        "Giro 2026-01-01 500 Opening balance|Initial|",
        "Giro 2026-01-01 -200 |Rate| >Car loan  ",
      ])
    #expect(reading.plan.questions == [])
  }

  @Test func ynabWithTransfersAndSplits() throws {
    let reading = try Reading(
      """
      "Account","Flag","Date","Payee","Category Group/Category","Category Group","Category","Memo","Outflow","Inflow","Cleared"
      "Giro","","11/28/2026","Market","Food: Groceries","Food","Groceries","Split (1/2) Bread",$30.00,$0.00,"Cleared"
      "Giro","","11/28/2026","Market","House: Soap","House","Soap","Split (2/2) ",$20.00,$0.00,"Cleared"
      "Giro","","11/27/2026","Transfer : Savings","","","","",$100.00,$0.00,"Cleared"
      "Savings","","11/27/2026","Transfer : Giro","","","","",$0.00,$100.00,"Cleared"
      "Giro","Red","11/13/2026","Work","Inflow: Ready to Assign","Inflow","Ready to Assign","",$0.00,"$2,000.00","Cleared"
      """)
    #expect(reading.plan.csv?.exporter == .ynab)
    #expect(
      short(reading) == [
        "Giro 2026-11-28 -50 Market|| (-30 Food:Groceries Bread) (-20 House:Soap )",
        "Giro 2026-11-27 -100 || >Savings  ",
        "Savings 2026-11-27 100 || >Giro   second",
        "Giro 2026-11-13 2000 Work||Inflow:Ready to Assign",
      ])
    #expect(reading.plan.questions == [])
  }

  @Test func actualWithTransfersAndSplits() throws {
    let reading = try Reading(
      """
      Account,Date,Payee,Notes,Category_Group,Category,Amount,Split_Amount,Cleared
      Giro,2026-11-28,Market,(SPLIT INTO 2) all,,,0,-50,Cleared
      Giro,2026-11-28,Market,(SPLIT 1 OF 2) Bread,Food,Groceries,-30,0,Cleared
      Giro,2026-11-28,Market,(SPLIT 2 OF 2) ,House,Soap,-20,0,Cleared
      Giro,2026-11-27,Savings,,,,-100,0,Cleared
      Savings,2026-11-27,Giro,,,,100,0,Cleared
      Giro,2026-11-13,Work,,Income,Salary,2000.5,0,Cleared
      """)
    #expect(reading.plan.csv?.exporter == .actual)
    #expect(
      short(reading) == [
        "Giro 2026-11-28 -50 Market|all| (-30 Food:Groceries Bread) (-20 House:Soap )",
        "Giro 2026-11-27 -100 || >Savings  ",
        "Savings 2026-11-27 100 || >Giro   second",
        "Giro 2026-11-13 2000.5 Work||Income:Salary",
      ])
  }

  @Test func mintWithDebitAndCredit() throws {
    let reading = try Reading(
      """
      "Date","Description","Original Description","Amount","Transaction Type","Category","Account Name","Labels","Notes"
      "9/20/2023","Bakery","BAKERY 123","5.02","debit","Food","Checking","a b",""
      "9/19/2023","Work","WORK INC","1000.00","credit","Paycheck","Checking","","bonus"
      """)
    #expect(reading.plan.csv?.exporter == .mint)
    #expect(
      short(reading) == [
        "Checking 2023-09-20 -5.02 Bakery|BAKERY 123|Food #a b",
        "Checking 2023-09-19 1000 Work|WORK INC bonus|Paycheck",
      ])
  }

  @Test func terracesOwnExportComesBack() throws {
    let reading = try Reading(
      CSVExporter.terraceHeader.joined(separator: ",") + "\n" + """
        1,Giro,2026-11-28,-30.00,EUR,'=HYPERLINK(1),Bread,Food:Groceries,,,,"a,b",cleared,x1
        2,Giro,2026-11-27,-20.00,EUR,Market,one,Food,,,,,cleared,
        2,Giro,2026-11-27,-5.00,EUR,Market,two,House,,,,,cleared,
        3,Giro,2026-11-26,-100.00,EUR,,,,Dollars,108.00,USD,,cleared,
        """)
    #expect(reading.plan.csv?.exporter == .terrace)
    #expect(
      short(reading) == [
        "Giro 2026-11-28 -30 =HYPERLINK(1)|Bread|Food:Groceries #a#b",
        "Giro 2026-11-27 -25 Market|| (-20 Food one) (-5 House two)",
        "Giro 2026-11-26 -100 || >Dollars 108 USD",
      ])
    #expect(reading.rows[0].externalID == "x1")
  }

  @Test func splitsThatDoNotAddUpStayOneRow() throws {
    let reading = try Reading(
      """
      Account,Date,Payee,Notes,Category,Amount,Split_Amount,Cleared
      Giro,2026-11-28,Market,(SPLIT INTO 2) all,,0,-50,Cleared
      Giro,2026-11-28,Market,(SPLIT 1 OF 2) Bread,Groceries,-30,0,Cleared
      """)
    #expect(short(reading) == ["Giro 2026-11-28 -50 Market|all|"])
  }

  @Test func ynab4WithItsMasterCategories() throws {
    let reading = try Reading(
      """
      "Account","Flag","Check Number","Date","Payee","Category","Master Category","Sub Category","Memo","Outflow","Inflow","Cleared","Running Balance"
      "Giro","","12","28/11/2026","Market","Food:Groceries","Food","Groceries","(Split 1/2) Bread",30.00,0.00,"C",970.00
      "Giro","","12","28/11/2026","Transfer : Cash","","","","(Split 2/2)",20.00,0.00,"C",950.00
      """)
    #expect(
      short(reading) == ["Giro 2026-11-28 -50 Market|| (-30 Food:Groceries Bread) (-20   >Cash)"])
    #expect(reading.rows[0].checkNumber == "12")
  }

  @Test func actualBeforeItHadTheTotalsOfSplits() throws {
    let reading = try Reading(
      """
      Account,Date,Payee,Notes,Category,Amount
      Giro,2026-11-28,Market,(SPLIT INTO 2) all,,0
      Giro,2026-11-28,Market,(SPLIT 1 OF 2) Bread,Groceries,-30
      Giro,2026-11-28,Market,(SPLIT 2 OF 2),Soap,-20
      """)
    #expect(
      short(reading) == ["Giro 2026-11-28 -50 Market|all| (-30 Groceries Bread) (-20 Soap )"])
  }
}
