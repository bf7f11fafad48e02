import Testing

@testable import StatementFormats

@Suite struct CAMTTests {
  static func statement(
    _ entries: String, namespace: String = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08",
    balances: String = "", prefix: String = ""
  ) -> String {
    let p = prefix.isEmpty ? "" : prefix + ":"
    let xmlns = prefix.isEmpty ? "xmlns" : "xmlns:\(prefix)"
    let body = """
      <Document \(xmlns)="\(namespace)"><BkToCstmrStmt><GrpHdr><MsgId>1</MsgId></GrpHdr>
      <Stmt><Id>S1</Id><FrToDt><FrDtTm>2026-11-01T00:00:00</FrDtTm><ToDtTm>2026-11-30T23:59:59</ToDtTm></FrToDt>
      <Acct><Id><IBAN>DE02120300000000202051</IBAN></Id><Ccy>EUR</Ccy></Acct>
      \(balances)
      \(entries)
      </Stmt></BkToCstmrStmt></Document>
      """
    guard !p.isEmpty else { return body }
    return body.replacing("</", with: "\u{1}").replacing("<", with: "<" + p)
      .replacing("\u{1}", with: "</" + p)
  }

  static func balance(_ kind: String, _ amount: String, _ side: String, _ date: String) -> String {
    "<Bal><Tp><CdOrPrtry><Cd>\(kind)</Cd></CdOrPrtry></Tp><Amt Ccy=\"EUR\">\(amount)</Amt><CdtDbtInd>\(side)</CdtDbtInd><Dt><Dt>\(date)</Dt></Dt></Bal>"
  }

  static let entries = """
    <Ntry><Amt Ccy="EUR">12.50</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-11-28</Dt></BookgDt><ValDt><Dt>2026-11-30</Dt></ValDt><AcctSvcrRef>R1</AcctSvcrRef>
    <NtryDtls><TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs><RltdPties><Dbtr><Pty><Nm>Me</Nm></Pty></Dbtr><Cdtr><Pty><Nm>Bäcker</Nm></Pty></Cdtr></RltdPties><RmtInf><Ustrd>Brot</Ustrd><Ustrd>und Butter</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>
    <Ntry><Amt Ccy="EUR">1000</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><DtTm>2026-11-27T23:30:00-05:00</DtTm></BookgDt>
    <NtryDtls><TxDtls><Refs><EndToEndId>E2E</EndToEndId></Refs><RltdPties><Dbtr><Nm>Arbeit</Nm></Dbtr><Cdtr><Nm>Me</Nm></Cdtr></RltdPties><RmtInf><Strd><CdtrRefInf><Ref>RF18</Ref></CdtrRefInf></Strd></RmtInf></TxDtls></NtryDtls></Ntry>
    <Ntry><Amt Ccy="EUR">30.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><ValDt><Dt>2026-11-26</Dt></ValDt><NtryRef>B7</NtryRef><NtryDtls><Btch><NbOfTxs>2</NbOfTxs></Btch>
    <TxDtls><Amt Ccy="EUR">10.00</Amt><RltdPties><Cdtr><Nm>One</Nm></Cdtr></RltdPties></TxDtls>
    <TxDtls><AmtDtls><TxAmt><Amt Ccy="EUR">20.00</Amt></TxAmt></AmtDtls><RltdPties><Cdtr><Nm>Two</Nm></Cdtr></RltdPties></TxDtls></NtryDtls></Ntry>
    """

  static let balances =
    balance("OPBD", "100.00", "CRDT", "2026-11-01")
    + balance("CLBD", "1057.50", "CRDT", "2026-11-30") + balance("CLAV", "9", "CRDT", "2026-11-30")

  static let expected = [
    "2026-11-28 -12.5 Bäcker|Brot und Butter", "2026-11-27 1000 Arbeit|RF18",
    "2026-11-26 -10 One|", "2026-11-26 -20 Two|",
  ]

  @Test func entriesAndTheDetailsOfABatchAreReadOnce() throws {
    let reading = try Reading(Self.statement(Self.entries, balances: Self.balances))
    #expect(reading.plan.format == .camt)
    #expect(reading.short == Self.expected)
    #expect(reading.rows.map(\.externalID) == ["R1", "E2E", "B7#1", "B7#2"])
    let source = try #require(reading.sources.first)
    #expect(source.identifier == "DE02120300000000202051")
    #expect(source.currency == "EUR")
    #expect(source.opening?.amount.plainText == "100")
    #expect(source.closing?.amount.plainText == "1057.5")
    #expect(source.start?.description == "2026-11-01")
    #expect(source.end?.description == "2026-11-30")
    #expect(source.balances == true)
  }

  @Test(arguments: 2...13)
  func everyVersionAndPrefixIsRead(version: Int) throws {
    let number = version < 10 ? "0\(version)" : "\(version)"
    let namespace = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.\(number)"
    for prefix in ["", "ns2"] {
      let text = Self.statement(Self.entries, namespace: namespace, prefix: prefix)
      #expect(try Reading(text).short == Self.expected)
    }
  }

  @Test func anAccountReportIsReadLikeAStatement() throws {
    let text = Self.statement(Self.entries).replacing("BkToCstmrStmt", with: "BkToCstmrAcctRpt")
      .replacing("Stmt>", with: "Rpt>").replacing("camt.053", with: "camt.052")
    #expect(try Reading(text).short == Self.expected)
  }

  @Test func aBatchWithoutAmountsIsOneRow() throws {
    let text = Self.statement(
      """
      <Ntry><Amt Ccy="EUR">30.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><BookgDt><Dt>2026-11-26</Dt></BookgDt><AddtlNtryInf>Batch</AddtlNtryInf><NtryDtls><TxDtls><RltdPties><Cdtr><Nm>One</Nm></Cdtr></RltdPties></TxDtls><TxDtls/></NtryDtls></Ntry>
      """)
    #expect(try Reading(text).short == ["2026-11-26 -30 Batch|Batch"])
  }

  @Test func theDirectionOfAReversalIsTheEntrys() throws {
    let text = Self.statement(
      """
      <Ntry><Amt Ccy="EUR">5.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><RvslInd>true</RvslInd><BookgDt><Dt>2026-11-26</Dt></BookgDt><NtryDtls><TxDtls><RltdPties><Dbtr><Nm>Me</Nm></Dbtr><Cdtr><Nm>Shop</Nm></Cdtr></RltdPties></TxDtls></NtryDtls></Ntry>
      """)
    #expect(try Reading(text).short == ["2026-11-26 5 Shop|"])
  }

  @Test func statementsThatDoNotAddUpAreFlaggedNotRefused() throws {
    let balances =
      Self.balance("PRCD", "100.00", "DBIT", "2026-10-31")
      + Self.balance("CLBD", "1057.50", "CRDT", "2026-11-30")
    let reading = try Reading(Self.statement(Self.entries, balances: balances))
    #expect(reading.rows.count == 4)
    #expect(reading.sources[0].opening?.amount.plainText == "-100")
    #expect(reading.sources[0].balances == false)
  }

  @Test func severalStatementsAreAllRead() throws {
    let one = Self.statement(Self.entries)
    let start = try #require(one.firstRange(of: "<Stmt>"))
    let end = try #require(one.firstRange(of: "</Stmt>"))
    let second = one[start.lowerBound..<end.upperBound].replacing("DE0212", with: "DE9912")
    let both = one.replacing("</Stmt>", with: "</Stmt>" + second)
    let reading = try Reading(both)
    #expect(reading.rows.map(\.source) == [0, 0, 0, 0, 1, 1, 1, 1])
    #expect(reading.sources.count == 2)
  }

  @Test func badEntriesAreInvalidWithTheReason() throws {
    let bad = """
      <Ntry><Amt Ccy="EUR">x</Amt><CdtDbtInd>DBIT</CdtDbtInd><BookgDt><Dt>2026-11-31</Dt></BookgDt></Ntry>
      <Ntry><CdtDbtInd>UP</CdtDbtInd></Ntry>
      <Ntry><Amt Ccy="EUR">1</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>PDNG</Sts><BookgDt><Dt>2026-11-28</Dt></BookgDt></Ntry>
      """
    let reading = try Reading(Self.statement(bad))
    #expect(
      reading.invalid.map { $0.reasons.joined(separator: " ") } == [
        "BookgDt: “2026-11-31” is not a date. Amt: “x” is not an amount.",
        "BookgDt and ValDt are missing. CdtDbtInd: “UP” is neither CRDT nor DBIT. Amt is missing or empty.",
      ])
    #expect(reading.rows.map(\.isPending) == [true])
  }

  @Test func brokenAndHostileXMLIsRefused() {
    func code(_ text: String) -> StatementFileError.Code? {
      failure { _ = try Reading(text) }?.code
    }
    let good = Self.statement(Self.entries)
    #expect(code(String(good.prefix(good.count - 30))) == .malformed)
    #expect(code(good.replacing("</Ntry>", with: "</Other>")) == .malformed)
    let doctype = good.replacing("<Document", with: "<!DOCTYPE x [<!ENTITY a 'b'>]><Document")
    #expect(code(doctype) == .malformed)
    let deep = String(repeating: "<a>", count: 100)
    #expect(code(good.replacing("<Ntry>", with: deep)) == .limitExceeded)
    #expect(code(Self.statement("")) == .noTransactions)
  }

  @Test func theFirstOfTwoDefectsIsTold() {
    let bad = "</Other><!DOCTYPE x>"
    let text = Self.statement(Self.entries).replacing("</Stmt>", with: bad + "</Stmt>")
    for chunk in [1, 13, .max] {
      let error = failure { _ = try Reading(text, chunk: chunk) }
      #expect(error?.description.hasPrefix("</Other>") == true)
    }
  }
}
