import Testing

@testable import StatementFormats

@Suite struct QIFTests {
  static let quicken = """
    !Option:AutoSwitch
    !Account
    NChecking
    TBank
    ^
    NSavings
    TBank
    ^
    !Clear:AutoSwitch
    !Type:Cat
    NFood
    DEating
    E
    ^
    !Account
    NChecking
    TBank
    ^
    !Type:Bank
    D1/31'26
    U-1,234.50
    T-1,234.50
    CX
    N1042
    PMarket
    MWeekly
    LFood:Groceries/Home
    ^
    D2/ 1' 6
    T-100.00
    PTo savings
    L[Savings]
    ^
    D2/13/26
    T-50.00
    PBig shop
    L--Split--
    SFood:Groceries
    EBread
    $-30.00
    S[Savings]
    $-20.00
    ^
    !Account
    NSavings
    ^
    !Type:Bank
    D2/1'06
    T100.00
    PTo savings
    L[Checking]
    ^
    !Type:Invst
    D2/1/26
    NBuy
    YACME
    ^
    """

  @Test func accountsCategoriesTransfersAndSplitsAreRead() throws {
    let reading = try Reading(Self.quicken)
    #expect(reading.plan.format == .qif)
    #expect(
      reading.short == [
        "2026-01-31 -1234.5 Market|Weekly", "2006-02-01 -100 To savings|",
        "2026-02-13 -50 Big shop|", "2006-02-01 100 To savings|",
      ])
    #expect(reading.rows[0].category == ["Food", "Groceries"])
    #expect(reading.rows[0].tags == ["Home"])
    #expect(reading.rows[0].checkNumber == "1042")
    #expect(reading.rows[1].transferAccount == "Savings")
    #expect(reading.rows.map(\.isSecondHalf) == [false, false, false, true])
    #expect(reading.rows[2].parts.map(\.amount.plainText) == ["-30", "-20"])
    #expect(reading.rows[2].parts.map(\.category) == [["Food", "Groceries"], []])
    #expect(reading.rows[2].parts.map(\.memo) == ["Bread", ""])
    #expect(reading.rows[2].parts[1].transferAccount == "Savings")
    #expect(reading.sources.map(\.name) == ["Checking", "Savings"])
    #expect(reading.notes == ["A list of investments was left out."])
    #expect(reading.plan.questions == [])
  }

  @Test(arguments: ["Bank", "CCard", "Cash", "Oth A", "Oth L", "bank"])
  func everyKindOfAccountIsRead(kind: String) throws {
    #expect(
      try Reading("!Type:\(kind)\nD2026-11-28\nT-1\nPShop\n^\n").short == ["2026-11-28 -1 Shop|"])
  }

  @Test func dayAndMonthAreFoundInTheFileOrAsked() throws {
    func reading(_ dates: String...) throws -> Reading {
      try Reading("!Type:Bank\n" + dates.map { "D\($0)\nT-1.00\nPShop\n^\n" }.joined())
    }
    #expect(try reading("03/04/2026", "13/04/2026").rows[0].date.description == "2026-04-03")
    #expect(try reading("03/04/2026", "04/13/2026").rows[0].date.description == "2026-03-04")
    #expect(try reading("28.11.26").rows[0].date.description == "2026-11-28")
    let open = try reading("03/04/2026")
    #expect(open.plan.questions.map(\.field) == ["date_order"])
    #expect(open.plan.qif?.answered(["date_order"]).questions == [])
    #expect(open.plan.qif?.dateOrder == .monthDayYear)
  }

  @Test func theDecimalSeparatorIsFoundInTheFileOrAsked() throws {
    let text = "!Type:Bank\nD28.11.2026\nT-1.234,50\nPShop\n^\nD27.11.2026\nT-3.000\n^\n"
    #expect(try Reading(text).rows.map(\.amount.plainText) == ["-1234.5", "-3000"])
    let open = try Reading("!Type:Bank\nD28.11.2026\nT-3.000\n^\n")
    #expect(open.plan.questions.map(\.field) == ["decimal_separator"])
  }

  @Test func theOpeningBalanceNamesTheAccount() throws {
    let text =
      "!Type:Bank\nD1/31/26\nT500.00\nPOpening Balance\nL[Checking]\n^\nD1/31/26\nT-1\nPShop\n^"
    let reading = try Reading(text)
    #expect(reading.sources.map(\.name) == ["Checking"])
    #expect(reading.rows.map(\.transferAccount) == [nil, nil])
  }

  @Test func badRecordsAreInvalidWithTheReason() throws {
    let text = """
      !Type:Bank
      D02/30/2026
      T-1.00
      ^
      D02/13/2026
      Tabc
      ^
      T-5
      PNo date
      ^
      D02/13/2026
      T-5
      SFood
      $-3
      SHouse
      $-1
      ^
      D02/13/2026
      T-5
      PGood
      ^
      """
    let reading = try Reading(text)
    #expect(reading.short == ["2026-02-13 -5 Good|"])
    #expect(
      reading.invalid.map { "\($0.line): \($0.reasons.joined(separator: " "))" } == [
        "2: D: “02/30/2026” is not a date.", "5: T: “abc” is not an amount.",
        "8: D is missing or empty.", "11: The splits add up to -4, not to -5.",
      ])
  }

  @Test func investmentsAloneAreOneSentence() {
    #expect(failure { _ = try Reading("!Type:Invst\nD1/1/26\nNBuy\n^\n") }?.code == .notSupported)
    #expect(failure { _ = try Reading("!Type:Bank\n") }?.code == .noTransactions)
  }

  @Test func theEncodingIsFoundByLooking() throws {
    let text = "!Type:Bank\r\nD28.11.2026\r\nT-1,50\r\nPBäcker €\r\n^\r\n"
    for encoding in [TextEncoding.windows1252, .utf16LittleEndian] {
      let reading = try Reading(EncodingTests.encoded(text, encoding))
      #expect(reading.events == (try Reading(text)).events)
    }
  }
}
