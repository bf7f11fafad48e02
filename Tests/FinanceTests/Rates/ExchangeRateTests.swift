import Tenancy
import TestSupport
import Testing

@testable import Finance

struct ExchangeRateTests {
  private func rate(_ from: String, _ to: String, _ number: String) throws -> ExchangeRate {
    ExchangeRate(
      from: Currency(code: from), to: Currency(code: to),
      date: try #require(CivilDate("2026-01-31")),
      value: try RateValue(try #require(DecimalNumber(number))))
  }

  @Test(arguments: [
    ("1", "1"), ("1.10", "1.1"), ("0.000000000001", "0.000000000001"),
    ("999999999999.999999999999", "999999999999.999999999999"), ("161", "161"),
    ("0.0062", "0.0062"),
    ("1200000", "1200000"),
  ])
  func aRateIsReadAndWrittenExactly(number: String, text: String) throws {
    let decimal = try #require(DecimalNumber(number))
    #expect(try RateValue(decimal).text == text)
  }

  @Test(arguments: [
    ("0", "must be positive"), ("-1", "must be positive"),
    ("0.0000000000001", "must have at most 12 decimals"),
    ("1000000000000", "must be below 1000000000000"),
  ])
  func whatIsNoRateIsRefused(number: String, message: String) throws {
    let decimal = try #require(DecimalNumber(number))
    #expect(throws: InvalidInput("rate", message)) { try RateValue(decimal) }
  }

  @Test(arguments: [
    // Currencies of the rate, the rate, minor units and currency, minor units of the other one.
    ("USD", "EUR", "0.9", 1000, "USD", 900), ("EUR", "USD", "1.25", 1000, "USD", 800),
    // Half a cent is rounded away from zero, in both directions.
    ("USD", "EUR", "0.5", 1, "USD", 1), ("USD", "EUR", "0.5", -1, "USD", -1),
    ("USD", "EUR", "0.49", 1, "USD", 0), ("EUR", "USD", "3", 100, "USD", 33),
    ("EUR", "USD", "3", 200, "USD", 67), ("EUR", "USD", "3", -200, "USD", -67),
    // No decimals, and three.
    ("JPY", "EUR", "0.00625", 1000, "JPY", 625), ("EUR", "JPY", "160", 1000, "JPY", 625),
    ("EUR", "JPY", "160", 625, "EUR", 1000), ("KWD", "EUR", "3", 1500, "KWD", 450),
    ("KWD", "JPY", "500", 1500, "KWD", 750), ("JPY", "KWD", "0.002", 750, "JPY", 1500),
    ("USD", "EUR", "0.9", 0, "USD", 0),
  ])
  func anAmountIsConvertedInEitherDirection(
    from: String, to: String, number: String, amount: Int, currency: String, expected: Int
  ) throws {
    let rate = try rate(from, to, number)
    #expect(
      rate.converted(Int128(amount), of: Currency(code: currency)) == Int128(expected))
  }

  @Test func whatIsTooLargeIsNotGuessed() throws {
    let rate = try rate("USD", "VND", "999999999999")
    #expect(rate.converted(.max, of: Currency(code: "USD")) == nil)
    #expect(rate.converted(.min, of: Currency(code: "USD")) == nil)
  }
}
