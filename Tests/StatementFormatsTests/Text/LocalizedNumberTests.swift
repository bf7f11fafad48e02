import Tenancy
import Testing

@testable import StatementFormats

@Suite struct LocalizedNumberTests {
  private func value(_ text: String, _ decimal: DecimalSeparator) -> String? {
    (try? LocalizedNumber(Array(text.utf8)[...]))?.value(decimal: decimal)?.plainText
  }

  @Test(arguments: [
    ("-110.7 €", "-110.7"), (".47", "0.47"), ("-.47", "-0.47"), ("11'373.94", "11373.94"),
    ("11’373.94", "11373.94"), ("(12.00)", "-12"), ("($1,234.50)", "-1234.5"), ("12.00-", "-12"),
    ("−5", "-5"), ("– 5.25", "-5.25"), ("1,234,567.89", "1234567.89"),
    ("12,34,567.89", "1234567.89"), ("+5", "5"), ("USD -12.30", "-12.3"), ("-12.30 USD", "-12.3"),
    ("-$12.30", "-12.3"), ("$-12.30", "-12.3"), ("12.", "12"), ("12.30 CR", "12.3"),
    ("12.30DR", "-12.3"), ("0.00", "0"), ("-0.00", "0"), ("000012.50", "12.5"), ("kr 99.5", "99.5"),
    ("₹1,00,000.00", "100000"), ("1 234.5", "1234.5"),
  ])
  func amountsWithAPointAreReadRight(text: String, expected: String) {
    #expect(value(text, .point) == expected)
  }

  @Test(arguments: [
    ("1 234,50", "1234.5"), ("1\u{A0}234,50", "1234.5"), ("1\u{202F}234,50 zł", "1234.5"),
    ("R$ 5.326,43", "5326.43"), ("-1.234.567,89", "-1234567.89"), (",5", "0.5"),
    ("-1.000,00 EUR", "-1000"), ("12,50 Kč", "12.5"), ("1'234,5", "1234.5"), ("1.234", "1234"),
  ])
  func amountsWithACommaAreReadRight(text: String, expected: String) {
    #expect(value(text, .comma) == expected)
  }

  @Test(arguments: [
    "", " ", "-", "--5", "1e5", "1E-3", "NaN", "nan", "inf", "1.2.3", "1,23,4.5", "1,2345.6",
    "(5", "5)", "-(5)", "12.00 CR DR", "5 6", "1 23", "EUR 5 EUR", "5 apples", "0x10", "1_000",
    "1.234.56", "½", "٣", "12:30", "1,", "12/11",
  ])
  func whatIsNoAmountIsRefused(text: String) {
    #expect(value(text, .point) == nil)
  }

  @Test func anEmptyTextIsToldFromAWrongOne() {
    for blank in ["", "  ", "-", "\u{A0}"] {
      #expect(throws: LocalizedNumber.Defect.empty) { try LocalizedNumber(Array(blank.utf8)[...]) }
    }
    #expect(throws: LocalizedNumber.Defect.notANumber) {
      try LocalizedNumber(Array("abc".utf8)[...])
    }
    #expect(throws: LocalizedNumber.Defect.tooLong) {
      try LocalizedNumber(Array(repeating: 0x39, count: 41)[...])
    }
  }

  @Test(arguments: [
    ("5 EUR", "EUR"), ("eur 5", "EUR"), ("5 €", "EUR"), ("£5", "GBP"), ("R$ 5", "BRL"),
    ("5 zł", "PLN"), ("5", nil), ("$5", nil), ("5 kr", nil), ("US$5", "USD"),
  ])
  func theCurrencyBesideAnAmountIsKept(text: String, code: String?) throws {
    #expect(try LocalizedNumber(Array(text.utf8)[...]).currency == code)
  }

  @Test(arguments: [
    ("1,234.56", "1234.56"), ("1.234,56", "1234.56"), ("-12,5", "-12.5"), ("12.5", "12.5"),
    ("1,234", "1.234"), ("7", "7"),
  ])
  func aFormatWithoutGroupsTakesEitherSeparator(text: String, expected: String) throws {
    let number = try LocalizedNumber(Array(text.utf8)[...])
    #expect(number.valueWithoutGroups()?.plainText == expected)
  }

  // MARK: - The whole column

  private func evidence(_ values: String...) -> NumberEvidence {
    var evidence = NumberEvidence()
    for value in values { evidence.add(Array(value.utf8)[...]) }
    return evidence
  }

  @Test func theWholeColumnTellsWhatOneValueDoesNot() {
    #expect(evidence("-3.000", "12.50").separator == .point)
    #expect(evidence("-3.000", "12,50").separator == .comma)
    #expect(evidence("-3.000", "1.000.000").separator == .comma)
    #expect(evidence("-3.000", "0.500").separator == .point)
    #expect(evidence("-3.000", "7").isOpen)
    #expect(!evidence("5", "7").isOpen)
    #expect(evidence("-3.000", "1,000").isOpen)
  }

  // MARK: - Sums

  @Test func sumsAreExact() {
    var sum = DecimalSum()
    for text in ["0.1", "0.2", "-1000000000000000000", "0.0000000001"] {
      sum.add(DecimalNumber(text))
    }
    #expect(sum.value?.plainText == "-999999999999999999.6999999999")
    sum.add(DecimalNumber("0.0000000000001"))
    #expect(sum.value == nil)
  }
}
