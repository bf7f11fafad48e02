import HTTPSupport
import Testing

@testable import FinanceAPI

struct AmountTests {
  @Test(arguments: [("EUR", 2), ("JPY", 0), ("KWD", 3), ("CLF", 4), ("CHF", 2)])
  func aCurrencyHasTheDecimalsOfISO4217(code: String, exponent: Int) {
    #expect(Currency(code: code).exponent == exponent)
  }

  @Test func anAmountIsInTheMinorUnitsOfItsCurrency() throws {
    let number = DecimalNumber(12)
    #expect(Amount(number, in: Currency(code: "JPY"))?.minorUnits == 12)
    #expect(Amount(number, in: Currency(code: "EUR"))?.minorUnits == 1200)
    #expect(Amount(number, in: Currency(code: "KWD"))?.minorUnits == 12000)
  }

  @Test func anAmountIsPositiveAndBounded() {
    let yen = Currency(code: "JPY")
    #expect(Amount(DecimalNumber(0), in: yen) == nil)
    #expect(Amount(DecimalNumber(-1), in: yen) == nil)
    #expect(Amount(DecimalNumber(Amount.maximum), in: yen)?.minorUnits == Amount.maximum)
    #expect(Amount(DecimalNumber(Amount.maximum + 1), in: yen) == nil)
  }
}
