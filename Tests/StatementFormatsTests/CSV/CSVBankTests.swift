import Foundation
import Testing

@testable import StatementFormats

/// Files as banks write them: with what stands above and below the table, in their languages.
@Suite struct CSVBankTests {
  struct Bank: CustomTestStringConvertible {
    var name: String
    var text: String
    var rows: [String]
    var testDescription: String { name }
  }

  @Test(arguments: banks)
  func theFilesOfBanksAreReadWithoutHelp(bank: Bank) throws {
    let reading = try Reading(bank.text)
    #expect(reading.short == bank.rows)
    #expect(reading.invalid == [])
    #expect(reading.plan.questions == [])
  }

  static let banks = [
    Bank(
      name: "German, preamble and footer, two parties, quotes",
      text: #"""
        "Girokonto";"DE02120300000000202051"
        "Kontostand vom 28.11.2026:";"1.234,56 €"
        ""
        "Buchungsdatum";"Wertstellung";"Status";"Zahlungspflichtige*r";"Zahlungsempfänger*in";"Verwendungszweck";"Umsatztyp";"Betrag (€)"
        "28.11.26";"28.11.26";"Gebucht";"Ich";"REWE; Markt";"Einkauf ""frisch""";"Ausgang";"-1.012,50"
        "27.11.26";"30.11.26";"Gebucht";"Arbeit GmbH";"Ich";"Gehalt";"Eingang";"3.000"
        "Summe";;;;;;;"1.987,50"

        """#,
      rows: [
        "2026-11-28 -1012.5 REWE; Markt|Einkauf \"frisch\"", "2026-11-27 3000 Arbeit GmbH|Gehalt",
      ]),
    Bank(
      name: "German, debit and credit in two columns",
      text: """
        Buchungstag;Empfänger;Verwendungszweck;Soll;Haben;Saldo
        28.11.2026;Strom AG;Abschlag;55,00;;945,00
        27.11.2026;Arbeit;Lohn;;1.000,00;1.000,00
        """,
      rows: ["2026-11-28 -55 Strom AG|Abschlag", "2026-11-27 1000 Arbeit|Lohn"]),
    Bank(
      name: "German, an indicator S or H",
      text: """
        Buchungstag;Beguenstigter/Zahlungspflichtiger;Verwendungszweck;Umsatz;Soll/Haben
        28.11.2026;Strom AG;Abschlag;55,00;S
        27.11.2026;Arbeit;Lohn;1.000,00;H
        """,
      rows: ["2026-11-28 -55 Strom AG|Abschlag", "2026-11-27 1000 Arbeit|Lohn"]),
    Bank(
      name: "US, month first",
      text: """
        Transaction Date,Post Date,Description,Category,Type,Amount,Memo
        11/28/2026,11/29/2026,"SQ *COFFEE, INC",Food & Drink,Sale,-4.50,
        11/13/2026,11/13/2026,Payment Thank You,,Payment,"1,200.00",
        """,
      rows: ["2026-11-28 -4.5 SQ *COFFEE, INC|", "2026-11-13 1200 Payment Thank You|"]),
    Bank(
      name: "UK, money in and out",
      text: """
        Date,Counter Party,Description,Paid out,Paid in,Balance
        28 Nov 2026,,TESCO STORES,£12.30,,£100.00
        27 Nov 2026,,SALARY,,"£2,000.00",£112.30
        """,
      rows: ["2026-11-28 -12.3 TESCO STORES|", "2026-11-27 2000 SALARY|"]),
    Bank(
      name: "US, the words DEBIT and CREDIT beside signed amounts",
      text: """
        Details,Posting Date,Description,Amount,Type,Balance,Check or Slip #
        DEBIT,11/28/2026,"COFFEE, INC",-4.50,DEBIT_CARD,95.50,,
        CREDIT,11/13/2026,PAYROLL,100.00,ACH_CREDIT,100.00,,
        """,
      rows: ["2026-11-28 -4.5 COFFEE, INC|", "2026-11-13 100 PAYROLL|"]),
    Bank(
      name: "PayPal, a time and no known name for the amount but gross",
      text: """
        "Date","Time","TimeZone","Name","Type","Status","Currency","Gross","Fee","Net","Transaction ID"
        "28.11.2026","10:00:00","CET","Shop","Payment","Completed","EUR","-1.234,50","0,00","-1.234,50","X1"
        """,
      rows: ["2026-11-28 -1234.5 Shop|"]),
    Bank(
      name: "Revolut, completed and started dates",
      text: """
        Type,Product,Started Date,Completed Date,Description,Amount,Fee,Currency,State,Balance
        CARD_PAYMENT,Current,2026-11-27 23:59:59,2026-11-28 00:10:00,Shop,-4.50,0.00,GBP,COMPLETED,95.50
        """,
      rows: ["2026-11-28 -4.5 Shop|"]),
    Bank(
      name: "US, one side zero, a check number, CR line ends",
      text: "Date,Description,Withdrawals,Deposits,Check Number\r11/28/2026,CHECK,25.00,0.00,1042\r"
        + "11/27/2026,DEPOSIT,0.00,75.50,\r",
      rows: ["2026-11-28 -25 CHECK|", "2026-11-27 75.5 DEPOSIT|"]),
    Bank(
      name: "French, spaces between thousands",
      text: """
        Date opération;Libellé;Débit;Crédit
        28/11/2026;CARTE CARREFOUR;-1 234,50;
        13/11/2026;VIR SALAIRE;;2 000,00
        """,
      rows: ["2026-11-28 -1234.5 CARTE CARREFOUR|", "2026-11-13 2000 VIR SALAIRE|"]),
    Bank(
      name: "Spanish",
      text: """
        Fecha operación\tFecha valor\tConcepto\tImporte\tSaldo
        28/11/2026\t28/11/2026\tMERCADONA\t-45,20\t954,80
        """,
      rows: ["2026-11-28 -45.2 MERCADONA|"]),
    Bank(
      name: "Italian, Dare and Avere",
      text: """
        Data contabile;Data valuta;Dare;Avere;Divisa;Descrizione
        28/11/2026;29/11/2026;45,20;;EUR;PAGAMENTO POS
        27/11/2026;27/11/2026;;100,00;EUR;BONIFICO
        """,
      rows: ["2026-11-28 -45.2 PAGAMENTO POS|", "2026-11-27 100 BONIFICO|"]),
    Bank(
      name: "Portuguese",
      text: """
        Data mov.;Data valor;Descrição;Montante;Saldo
        28-11-2026;28-11-2026;CONTINENTE;-5.326,43;10,00
        """,
      rows: ["2026-11-28 -5326.43 CONTINENTE|"]),
    Bank(
      name: "Dutch, Af and Bij",
      text: """
        "Datum","Naam / Omschrijving","Rekening","Tegenrekening","Code","Af Bij","Bedrag (EUR)","MutatieSoort","Mededelingen"
        "20261128","Albert Heijn","NL20INGB0001234567","","BA","Af","12,34","Betaalautomaat","Pasvolgnr"
        "20261127","Werk BV","NL20INGB0001234567","NL01","OV","Bij","1500,00","Overschrijving","Salaris"
        """,
      rows: ["2026-11-28 -12.34 Albert Heijn|Pasvolgnr", "2026-11-27 1500 Werk BV|Salaris"]),
    Bank(
      name: "Polish, preamble and empty columns",
      text: """
        Lista operacji;
        Za okres:;01.11.2026;28.11.2026;

        Data operacji;Data księgowania;Nadawca / Odbiorca;Tytuł;Kwota;Waluta;;
        2026-11-28;2026-11-28;Biedronka;Zakupy;-1 234,50;PLN;;
        """,
      rows: ["2026-11-28 -1234.5 Biedronka|Zakupy"]),
    Bank(
      name: "Czech",
      text: """
        Datum zaúčtování;Název protiúčtu;Zpráva pro příjemce;Částka;Měna
        28.11.2026;Albert;Nákup;-250,00;CZK
        """,
      rows: ["2026-11-28 -250 Albert|Nákup"]),
    Bank(
      name: "Without a header",
      text: "2026-11-28,Coffee in town,-4.50\n2026-11-27,Salary for November,2000.00\n",
      rows: ["2026-11-28 -4.5 Coffee in town|", "2026-11-27 2000 Salary for November|"]),
    Bank(
      name: "In an unknown language",
      text: "Päivä|Kuvaus|Summa\n28.11.2026|Kauppa|-12,50\n27.11.2026|Palkka|1500,00\n",
      rows: ["2026-11-28 -12.5 Kauppa|", "2026-11-27 1500 Palkka|"]),
    Bank(
      name: "The hint of a spreadsheet",
      text: "sep=;\nDate;Payee;Amount\n2026-11-28;Shop;-1,50\n",
      rows: ["2026-11-28 -1.5 Shop|"]),
  ]

  @Test func timeStampsKeepTheDateThatIsWritten() throws {
    let reading = try Reading(
      """
      Started Date,Description,Amount,Currency
      2026-11-28T19:00:00-05:00,Bogotá,-1.00,COP
      2026-11-28T00:00:00+03:00,Moscow,-2.00,RUB
      """)
    #expect(reading.rows.map(\.date.description) == ["2026-11-28", "2026-11-28"])
    #expect(reading.rows.map(\.currency) == ["COP", "RUB"])
  }

  @Test func aThousandOrThreeIsDecidedByTheColumnOrAsked() throws {
    func rows(_ amounts: String...) throws -> Reading {
      try Reading(
        "Date\tPayee\tAmount\n" + amounts.map { "2026-11-28\tShop\t\($0)\n" }.joined())
    }
    #expect(try rows("-3.000", "12,50").rows[0].amount.plainText == "-3000")
    #expect(try rows("-3.000", "12.50").rows[0].amount.plainText == "-3")
    let open = try rows("-3.000", "7")
    #expect(open.plan.questions.map(\.field) == ["decimal_separator"])
    #expect(open.plan.questions[0].question.contains("-3.000"))
    #expect(open.rows[0].amount.plainText == "-3")
  }

  @Test func beforeDotsTheDayComesFirstUnlessADateSaysOtherwise() throws {
    let german = try Reading("Datum;Wer;Betrag\n02.11.2026;Laden;-3,50\n03.11.2026;Laden;-4,50\n")
    #expect(german.plan.questions == [])
    #expect(german.short == ["2026-11-02 -3.5 Laden|", "2026-11-03 -4.5 Laden|"])
    let other = try Reading("Date;Payee;Amount\n11.02.2026;Shop;-3,50\n11.28.2026;Shop;-4,50\n")
    #expect(other.short == ["2026-11-02 -3.5 Shop|", "2026-11-28 -4.5 Shop|"])
  }

  @Test func theAnswerOfAPersonWins() throws {
    let text = "Date,Payee,Amount\n03/04/2026,Shop,-3.000\n"
    let open = try Reading(text)
    #expect(open.plan.questions.map(\.field) == ["date_order", "decimal_separator"])
    let answered = try Reading(text) { plan in
      plan.csv?.dateOrder = .dayMonthYear
      plan.csv?.decimalSeparator = .comma
      plan.csv = plan.csv?.answered(["date_order", "decimal_separator"])
    }
    #expect(answered.short == ["2026-04-03 -3000 Shop|"])
    #expect(answered.plan.questions == [])
  }

  @Test func badRowsAreInvalidWithTheReasonAndGoodOnesCome() throws {
    let reading = try Reading(
      """
      Date,Payee,Memo,Amount
      2026-02-30,Shop,a,-1.00
      2026-11-28,Shop,b,abc
      ,Shop,c,-1.00
      2026-11-28,Shop,d,
      2026-11-28,Shop,e,-1.00,oops
      2026-11-28,Good,f,-1.00
      0000-00-00,Shop,,-1.00
      Total,,,-5.00
      """)
    #expect(reading.short == ["2026-11-28 -1 Good|f"])
    #expect(
      reading.invalid.map { "\($0.line): \($0.reasons.joined(separator: " "))" } == [
        "2: Date: “2026-02-30” is not a date.",
        "3: Amount: “abc” is not an amount.",
        "4: Date is empty.", "5: Amount is empty.", "6: It has 5 columns instead of 4.",
        "8: Date: “0000-00-00” is not a date.",
      ])
    #expect(reading.invalid[0].text == "2026-02-30 | Shop | a | -1.00")
  }

  @Test func rowsOfSeveralAccountsHaveTheirSources() throws {
    let reading = try Reading(
      """
      Account,Date,Payee,Amount
      Giro,2026-11-28,Shop,-1.00
      Card,2026-11-27,Shop,-2.00
      Giro,2026-11-26,Shop,-3.00
      """)
    #expect(reading.rows.map(\.source) == [0, 1, 0])
    #expect(reading.sources.map(\.name) == ["Giro", "Card"])
    #expect(reading.sources[0].start?.description == "2026-11-26")
    #expect(reading.sources[0].end?.description == "2026-11-28")
  }

  @Test func columnsThatNobodyCanTellAreAsked() throws {
    let reading = try Reading("Date,What,Else\n2026-11-28,abc,5\n") { plan in
      plan.csv?.columns[2].role = .amount
    }
    #expect(reading.short == ["2026-11-28 5 abc|"])
    let none = failure { _ = try Reading("just some text\nand more of it\n") }
    #expect(none?.code == .notATable)
  }

  @Test func theMappingIsJSONThatAPersonCanChange() throws {
    let mapping = try #require(try Reading(Self.banks[1].text).plan.csv)
    let data = try JSONEncoder().encode(mapping)
    #expect(try JSONDecoder().decode(CSVMapping.self, from: data) == mapping)
    let json = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(json["date_order"] as? String == "dmy")
    #expect(json["decimal_separator"] as? String == ",")
    #expect(CSVMapping.editableFields.subtracting(json.keys) == [])
    let columns = try #require(json["columns"] as? [[String: Any]])
    #expect(columns[3]["role"] as? String == "debit")
  }

  @Test func balancesAfterTheRowsOpenAndCloseTheStatement() throws {
    let rows = ["2026-11-26,A,-1.00,99.00", "2026-11-27,B,-2.00,97.00", "2026-11-27,C,5.00,102.00"]
    for lines in [rows, rows.reversed()] {
      let text = "Date,Payee,Amount,Balance\n" + lines.joined(separator: "\n")
      let source = try #require(try Reading(text).sources.first)
      #expect(source.opening?.amount.plainText == "100")
      #expect(source.closing?.amount.plainText == "102")
      #expect(source.balances == true)
    }
    let gap = "Date,Payee,Amount,Balance\n" + rows[0] + "\n" + rows[2]
    #expect(try Reading(gap).sources.first?.balances == false)
  }

  @Test func aHeaderInTheMiddleIsNoRow() throws {
    let part = "Date,Payee,Amount\n2026-11-28,Shop,-1.00\n"
    let reading = try Reading(part + part)
    #expect(reading.rows.count == 2)
    #expect(reading.invalid == [])
  }

  @Test func whatAPersonTellsIsNotGuessed() throws {
    var survey = StatementSurvey(format: .csv, encoding: .windows1250, separator: .semicolon)
    try survey.read(Array("Date;Payee,x;Amount\n2026-11-28;Shop;1,5\n".utf8)[...])
    let plan = try survey.finish()
    #expect(plan.encoding == .windows1250)
    #expect(plan.csv?.separator == .semicolon)
  }

  @Test func numbersThatTellByThemselvesAreReadRightInAnyColumn() throws {
    let amounts = [
      ("-110.7 €", "-110.7"), (".47", "0.47"), ("1 234,50", "1234.5"), ("11'373.94", "11373.94"),
      ("(12.00)", "-12"), ("12.00-", "-12"), ("R$ 5.326,43", "5326.43"), ("−5", "-5"),
    ]
    let text = "Date;Payee;Amount\n" + amounts.map { "2026-11-28;Shop;\($0.0)\n" }.joined()
    let reading = try Reading(text)
    #expect(reading.rows.map(\.amount.plainText) == amounts.map(\.1))
    #expect(reading.rows.map(\.currency) == ["EUR", nil, nil, nil, nil, nil, "BRL", nil])
    #expect(reading.plan.questions == [])
    let mixed = try Reading(text + "2026-11-28;Shop;-3.000\n")
    #expect(mixed.plan.questions.map(\.field) == ["decimal_separator"])
  }
}
