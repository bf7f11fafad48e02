import Testing

@testable import StatementFormats

@Suite struct OFXTests {
  static let sgml = """
    OFXHEADER:100
    DATA:OFXSGML
    VERSION:102
    SECURITY:NONE
    ENCODING:USASCII
    CHARSET:1252
    COMPRESSION:NONE
    OLDFILEUID:NONE
    NEWFILEUID:NONE

    <OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO</STATUS><DTSERVER>20261128<LANGUAGE>ENG
    </SONRS></SIGNONMSGSRSV1>
    <BANKMSGSRSV1><STMTTRNRS><TRNUID>1<STATUS><CODE>0<SEVERITY>INFO</STATUS>
    <STMTRS><CURDEF>USD<BANKACCTFROM><BANKID>123<ACCTID>456<ACCTTYPE>CHECKING</BANKACCTFROM>
    <BANKTRANLIST><DTSTART>20261101<DTEND>20261130
    <STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20240131235959[-5:EST]<TRNAMT>-12.50<FITID>a1<NAME>AT&amp;amp;T<MEMO>Phone &amp; more
    </STMTTRN>
    <STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20260227120000.000<TRNAMT>1,000.00<FITID>a2<CHECKNUM>77<NAME><MEMO>Only a memo</STMTTRN>
    <STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20260230<TRNAMT>-1.00<FITID>a3<NAME>Never</STMTTRN>
    <STMTTRN><TRNTYPE>DEBIT<DTPOSTED><TRNAMT>-1.00<FITID>a4<NAME>No date</STMTTRN>
    <STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20260301<TRNAMT>abc<FITID>a5<NAME>No number</STMTTRN>
    <STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20260301<FITID>a6<NAME>No amount</STMTTRN>
    <STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20260302<TRNAMT>-3<FITID>a7<NAME>Q & A < B</STMTTRN>
    </BANKTRANLIST><LEDGERBAL><BALAMT>984.50<DTASOF>20261130</LEDGERBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>
    """

  @Test func sgmlWithoutEndTagsIsRead() throws {
    let reading = try Reading(Self.sgml)
    #expect(reading.plan.format == .ofx)
    #expect(
      reading.short == [
        "2024-01-31 -12.5 AT&T|Phone & more", "2026-02-27 1000 Only a memo|",
        "2026-03-02 -3 Q & A < B|",
      ])
    #expect(reading.rows.map(\.externalID) == ["a1", "a2", "a7"])
    #expect(reading.rows[1].checkNumber == "77")
    let source = try #require(reading.sources.first)
    #expect(source.identifier == "456")
    #expect(source.currency == "USD")
    #expect(source.closing?.amount.plainText == "984.5")
    #expect(source.closing?.date?.description == "2026-11-30")
    #expect(source.start?.description == "2026-11-01")
    #expect(source.balances == nil)
  }

  @Test func badRowsAreInvalidWithTheReasonAndGoodOnesCome() throws {
    #expect(
      try Reading(Self.sgml).invalid.map { $0.reasons.joined(separator: " ") } == [
        "DTPOSTED: “20260230” is not a date.", "DTPOSTED is missing or empty.",
        "TRNAMT: “abc” is not an amount.", "TRNAMT is missing or empty.",
      ])
  }

  @Test func aFileOfOneLineGivesTheSameRows() throws {
    let header = Self.sgml.prefix { $0 != "<" }
    let body = Self.sgml.dropFirst(header.count).replacing("\n", with: "")
    for text in [header + body, body, header.replacing("\n", with: " ") + body] {
      let reading = try Reading(String(text))
      #expect(reading.short == (try Reading(Self.sgml)).short)
    }
  }

  static let xml = """
    <?xml version="1.0" encoding="UTF-8" standalone="no"?>
    <?OFX OFXHEADER="200" VERSION="211" SECURITY="NONE" OLDFILEUID="NONE" NEWFILEUID="NONE"?>
    <OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>0</CODE><SEVERITY>INFO</SEVERITY></STATUS></SONRS></SIGNONMSGSRSV1>
    <BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>EUR</CURDEF>
    <BANKACCTFROM><ACCTID>DE02</ACCTID></BANKACCTFROM><BANKTRANLIST>
    <STMTTRN><TRNTYPE>XFER</TRNTYPE><DTPOSTED>20261128</DTPOSTED><TRNAMT>-12,50</TRNAMT><FITID>1</FITID><NAME>Bäcker</NAME><MEMO/>
    <BANKACCTTO><ACCTID>DE99</ACCTID></BANKACCTTO></STMTTRN>
    </BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1>
    <CREDITCARDMSGSRSV1><CCSTMTTRNRS><CCSTMTRS><CURDEF>EUR</CURDEF><CCACCTFROM><ACCTID>4111</ACCTID></CCACCTFROM>
    <BANKTRANLIST><STMTTRN><DTPOSTED>20261127</DTPOSTED><TRNAMT>-7.00</TRNAMT><FITID>1</FITID><NAME><![CDATA[Shop & Co]]></NAME>
    <CURRENCY><CURRATE>1.1</CURRATE><CURSYM>usd</CURSYM></CURRENCY></STMTTRN></BANKTRANLIST>
    </CCSTMTRS></CCSTMTTRNRS></CREDITCARDMSGSRSV1>
    <INVSTMTMSGSRSV1><INVSTMTTRNRS><INVSTMTRS><INVTRANLIST><INVBANKTRAN><STMTTRN><DTPOSTED>20261127</DTPOSTED><TRNAMT>1</TRNAMT></STMTTRN></INVBANKTRAN></INVTRANLIST></INVSTMTRS></INVSTMTTRNRS></INVSTMTMSGSRSV1>
    </OFX>
    """

  @Test func xmlWithSeveralStatementsIsRead() throws {
    let reading = try Reading(Self.xml)
    #expect(reading.short == ["2026-11-28 -12.5 Bäcker|", "2026-11-27 -7 Shop & Co|"])
    #expect(reading.rows.map(\.source) == [0, 1])
    // One identity in two accounts is that of two rows.
    #expect(reading.rows.map(\.externalID) == ["1", "1"])
    #expect(reading.rows[1].currency == "USD")
    #expect(reading.sources.map(\.identifier) == ["DE02", "4111"])
    #expect(reading.notes == ["An investment statement was left out."])
  }

  @Test func anSGMLHeaderMayStandBeforeXML() throws {
    let header = Self.sgml.prefix { $0 != "<" }
    let body = Self.xml.drop { $0 != ">" }.dropFirst()
    let reading = try Reading(String(header + body))
    #expect(reading.short == (try Reading(Self.xml)).short)
  }

  @Test func theHeaderTellsTheEncoding() throws {
    let text = Self.sgml.replacing("Only a memo", with: "Café für 3 €")
    let western = try Reading(EncodingTests.encoded(text, .windows1252))
    #expect(western.plan.encoding == .windows1252)
    #expect(western.rows[1].payee == "Café für 3 €")
    let utf8 = text.replacing("USASCII", with: "UTF-8").replacing("1252", with: "NONE")
    #expect(try Reading(utf8).events == western.events)
    let wide = EncodingTests.encoded(text, .utf16LittleEndian, mark: true)
    #expect(try Reading(wide).events == western.events)
  }

  @Test func thePrologTellsTheEncoding() throws {
    let text = Self.xml.replacing("UTF-8", with: "ISO-8859-1")
    let reading = try Reading(EncodingTests.encoded(text, .latin1))
    #expect(reading.plan.encoding == .latin1)
    #expect(reading.events == (try Reading(Self.xml)).events)
  }

  @Test func qfxIsRecognised() throws {
    let text = Self.sgml.replacing("<LANGUAGE>ENG", with: "<LANGUAGE>ENG<INTU.BID>3000")
    #expect(try Reading(text).plan.format == .qfx)
  }

  @Test func aFailedSignOnIsOneSentence() {
    let text = """
      OFXHEADER:100

      <OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>15500<SEVERITY>ERROR<MESSAGE>Invalid password</STATUS></SONRS></SIGNONMSGSRSV1></OFX>
      """
    let error = failure { _ = try Reading(text) }
    #expect(error?.code == .signOnFailed)
    #expect(error?.description.contains("Invalid password") == true)
  }

  @Test func anErrorOfTheBankIsOneSentence() {
    let text = """
      <OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO</STATUS></SONRS></SIGNONMSGSRSV1>
      <BANKMSGSRSV1><STMTTRNRS><STATUS><CODE>2003<SEVERITY>ERROR<MESSAGE>Account not found</STATUS></STMTTRNRS></BANKMSGSRSV1></OFX>
      """
    #expect(failure { _ = try Reading(text) }?.code == .bankError)
  }

  @Test func aStatementWithoutTransactionsIsOneSentence() {
    let text = """
      <OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><BANKACCTFROM><ACCTID>456</BANKACCTFROM><BANKTRANLIST><DTSTART>20261101</BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>
      """
    let error = failure { _ = try Reading(text) }
    #expect(error?.description == "The statement of account 456 has no transactions.")
  }

  @Test func rowsWithoutTheEndOfTheirAggregateAreKept() throws {
    let text = """
      <OFX><STMTRS><BANKACCTFROM><ACCTID>1</BANKACCTFROM><BANKTRANLIST>
      <STMTTRN><DTPOSTED>20261128<TRNAMT>-1<NAME>One
      <STMTTRN><DTPOSTED>20261127<TRNAMT>-2<NAME>Two
      </BANKTRANLIST></STMTRS></OFX>
      """
    #expect(try Reading(text).short == ["2026-11-28 -1 One|", "2026-11-27 -2 Two|"])
  }
}
