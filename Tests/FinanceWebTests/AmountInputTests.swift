import Tenancy
import Testing

@testable import FinanceWeb

struct AmountInputTests {
  private static let english = DisplayLocale("en")
  private static let german = DisplayLocale("de")

  @Test(arguments: [
    ("12", "12"), ("12.5", "12.5"), ("12,50", "12.50"), ("1,234", "1234"), ("1,234.50", "1234.5"),
    ("1.234,50", "1234.5"), ("1 234.50", "1234.5"), ("1'234.50", "1234.5"), (".5", "0.5"),
    ("12+3.5", "15.5"), ("3*4.20-1", "11.6"), ("-5", "-5"), ("\u{2212}5", "-5"), ("2×2", "4"),
    ("10-12.5", "-2.5"), ("0.1+0.2", "0.3"),
  ])
  func anAmountIsWhatPeopleTypeAndItsSum(text: String, sum: String) throws {
    let amount = try #require(AmountInput(text, Self.english))
    #expect(amount.number == DecimalNumber(sum))
  }

  @Test(arguments: ["", "twelve", "12+", "+", "1..2", "12 EUR", "1.2.3,4,5", "*2", "2**2", "1e5"])
  func whatIsNoSumIsNoAmount(text: String) {
    #expect(AmountInput(text, Self.english) == nil)
  }

  @Test(arguments: [("1.234", "1234"), ("1,234", "1.234"), ("1.5", "1.5"), ("12,5", "12.5")])
  func germanGroupsByPointsAndHasADecimalComma(text: String, number: String) throws {
    let amount = try #require(AmountInput(text, Self.german))
    #expect(amount.number == DecimalNumber(number))
  }

  @Test func whatOverflowsIsNoAmount() {
    #expect(AmountInput(String(repeating: "9", count: 60), Self.english) == nil)
    #expect(
      AmountInput(
        "1" + String(repeating: "0", count: 30) + "*1" + String(repeating: "0", count: 30),
        Self.english) == nil)
  }
}
