import Testing

@testable import StatementFormats

@Suite struct MT940Tests {
  static let german = """
    :20:STARTUMS
    :25:12030000/0000202051
    :28C:5/1
    :60F:C261101EUR000000000100,00
    :61:2611281128DR12,50NMSCNONREF//B123
    :86:105?00FOLGELASTSCHRIFT?109310?20EREF+1234?21SVWZ+Abschlag Strom Novem?22ber 2026?30BYLADEM1?31DE02?32STADTWERKE?33 MUENCHEN
    :61:261127C1000,NTRFREF
    :86:Gehalt
    November
    :62M:C261128EUR1087,50
    -
    :20:STARTUMS
    :25:12030000/0000202051
    :28C:5/2
    :60M:C261128EUR1087,50
    :61:2602300301RC20,00NMSC
    :61:2612310101RD5,00NMSC
    /supplement
    :62F:C261231EUR1072,50
    :86:Whole statement
    -
    """

  @Test func pagesAndSubfieldsAreRead() throws {
    let reading = try Reading(Self.german)
    #expect(reading.plan.format == .mt940)
    #expect(
      reading.short == [
        "2026-11-28 -12.5 STADTWERKE MUENCHEN|Abschlag Strom Novem ber 2026",
        "2026-11-27 1000 |Gehalt November", "2026-03-01 -20 |", "2027-01-01 5 |/supplement",
      ])
    #expect(reading.rows.map(\.externalID) == ["B123", nil, nil, nil])
    let source = try #require(reading.sources.first)
    #expect(reading.sources.count == 1)
    #expect(source.identifier == "12030000/0000202051")
    #expect(source.currency == "EUR")
    #expect(source.opening?.amount.plainText == "100")
    #expect(source.closing?.amount.plainText == "1072.5")
    #expect(source.balances == true)
  }

  private static func message(_ fields: String, closing: String = "C261130EUR0,00") -> String {
    ":20:X\n:25:NL20INGB0001234567\n:28C:1\n:60F:C261101EUR0,00\n\(fields)\n:62F:\(closing)\n-\n"
  }

  @Test(arguments: [
    (":61:260230D1,00NMSC", "2026-02-28 -1"), (":61:2402300229D1,00NMSC", "2024-02-29 -1"),
    (":61:260431D1,00NMSC", "2026-04-30 -1"), (":61:261128CR000000000001,5NMSC", "2026-11-28 1.5"),
    (":61:2601021231D1,NMSC", "2025-12-31 -1"), (":61:991128C1,00NMSC", "1999-11-28 1"),
    (":61:261128RCR1,00NMSC", "2026-11-28 -1"), (":61:261128RD1,00NMSC", "2026-11-28 1"),
  ])
  func datesAndMarksAreRead(field: String, expected: String) throws {
    let row = try #require(try Reading(Self.message(field)).rows.first)
    #expect("\(row.date) \(row.amount.plainText)" == expected)
  }

  @Test(arguments: [
    (
      "/TRTP/SEPA OVERBOEKING/IBAN/NL01/BIC/ABNA/NAME/J. Jansen/REMI/Huur/nov/EREF/NOTPROVIDED",
      "J. Jansen|Huur/nov"
    ),
    ("/CNTP/NL01/INGBNL2A/Werk BV///REMI/USTD//Salaris/", "Werk BV|Salaris"),
    ("020~00VE02~20Zakupy~32Sklep~33 Spozywczy", "Sklep Spozywczy|Zakupy"),
    ("just text", "|just text"),
    (
      "166?00GUTSCHRIFT?20abcdefghijklmnopqrstuvwxyza?21bc?32Name",
      "Name|abcdefghijklmnopqrstuvwxyzabc"
    ),
    ("166?00GEBUEHR?32Bank", "Bank|GEBUEHR"),
  ])
  func informationIsReadInEachOfItsForms(text: String, expected: String) throws {
    let row = try #require(try Reading(Self.message(":61:261128D1,00NMSC\n:86:" + text)).rows.first)
    #expect("\(row.payee)|\(row.memo)" == expected)
  }

  @Test func statementsThatDoNotAddUpAreFlaggedNotRefused() throws {
    let reading = try Reading(Self.message(":61:261128D1,00NMSC", closing: "D261130EUR2,00"))
    #expect(reading.rows.count == 1)
    #expect(reading.sources[0].closing?.amount.plainText == "-2")
    #expect(reading.sources[0].balances == false)
  }

  @Test func severalAccountsAreSeveralSources() throws {
    let other = Self.message(":61:261128D2,00NMSC").replacing("NL20", with: "NL21")
    let reading = try Reading(Self.message(":61:261128D1,00NMSC") + other)
    #expect(reading.rows.map(\.source) == [0, 1])
    #expect(reading.sources.map(\.balances) == [false, false])
  }

  @Test func aSwiftEnvelopeIsTakenOff() throws {
    let text =
      "{1:F01BANKNL2AXXXX0000000000}{2:I940BANKNL2AXXXXN}{4:\r\n"
      + Self.message(":61:261128D1,00NMSC").replacing("\n-\n", with: "\n-}{5:{CHK:1}}\n")
      .replacing("\n", with: "\r\n")
    let reading = try Reading(text)
    #expect(reading.plan.format == .mt940)
    #expect(reading.rows.count == 1)
    #expect(try Reading(text.replacing("{4:\r\n", with: "{4:")).rows.count == 1)
  }

  @Test func badRowsAreInvalidWithTheReason() throws {
    let reading = try Reading(
      Self.message(":61:261328D1,00NMSC\n:86:a\n:61:261128X1,00NMSC\n:61:\n:61:261128D1,00NMSC"))
    #expect(reading.rows.count == 1)
    #expect(reading.invalid.map(\.line) == [5, 7, 8])
    #expect(reading.invalid[0].reasons == [":61: “261328D1,0” has no date."])
    #expect(reading.sources[0].balances == nil)
  }

  @Test func theEncodingIsFoundByLooking() throws {
    let text = Self.message(":61:261128D1,00NMSC\n:86:Bäcker für 3 €")
    let reading = try Reading(EncodingTests.encoded(text, .windows1252))
    #expect(reading.events == (try Reading(text)).events)
    #expect(reading.rows[0].memo == "Bäcker für 3 €")
  }

  @Test func aStatementWithoutRowsIsOneSentence() {
    #expect(failure { _ = try Reading(Self.message("")) }?.code == .noTransactions)
  }
}
