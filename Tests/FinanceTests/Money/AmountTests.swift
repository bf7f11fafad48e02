import Tenancy
import Testing

@testable import Finance

struct AmountTests {
  @Test(arguments: [("EUR", 2), ("JPY", 0), ("KWD", 3), ("CLF", 4), ("CHF", 2)])
  func aCurrencyHasTheDecimalsOfISO4217(code: String, exponent: Int) {
    #expect(Currency(code: code).exponent == exponent)
  }

  @Test func anAmountIsInTheMinorUnitsOfItsCurrency() throws {
    let number = DecimalNumber(12)
    #expect(try Amount(number, in: Currency(code: "JPY")).minorUnits == 12)
    #expect(try Amount(number, in: Currency(code: "EUR")).minorUnits == 1200)
    #expect(try Amount(number, in: Currency(code: "KWD")).minorUnits == 12000)
  }

  @Test func anAmountIsPositiveAndBounded() throws {
    let yen = Currency(code: "JPY")
    for number in [0, -1, -Amount.maximum - 1] {
      #expect(throws: InvalidAmount.notPositive) { try Amount(DecimalNumber(number), in: yen) }
    }
    #expect(try Amount(DecimalNumber(Amount.maximum), in: yen).minorUnits == Amount.maximum)
    for number in [Amount.maximum + 1, Int64.max] {
      #expect(throws: InvalidAmount.tooLarge(yen)) { try Amount(DecimalNumber(number), in: yen) }
    }
  }
}
