import HTTPSupport
import Tenancy
import Testing

struct DecimalNumberTests {
  @Test(arguments: [
    ("0", 2, 0), ("-0", 2, 0), ("0.000", 2, 0), ("0e999999999999", 2, 0),
    ("10", 2, 1000), ("10.0", 2, 1000), ("10.10", 2, 1010), ("0.1", 2, 10), ("0.01", 2, 1),
    ("1e2", 2, 10000), ("1E+2", 0, 100), ("1.5e1", 0, 15), ("100e-2", 0, 1), ("-2.5", 1, -25),
    ("10000.0", 0, 10000), ("1.234", 3, 1234), ("9223372036854775807", 0, Int64.max),
    ("0.00000000000000000000001e23", 0, 1),
  ])
  func aWholeNumberOfUnitsIsExact(text: String, places: Int, units: Int64) throws {
    #expect(try number(text).scaled(byPowerOfTen: places) == units)
  }

  @Test(arguments: [
    ("0.001", 2), ("1.5", 0), ("0.30000000000000004", 2), ("1e-3", 2), ("1e999", 2),
    ("1e999999999999999999999", 2), ("1e-999999999999999999999", 2),
    ("9223372036854775808", 0), ("10000000000000000000", 0), ("92233720368547758.08", 2),
  ])
  func whatIsNoWholeNumberOfUnitsIsNone(text: String, places: Int) throws {
    #expect(try number(text).scaled(byPowerOfTen: places) == nil)
  }

  @Test func zeroIsZeroHoweverItIsWritten() throws {
    for text in ["0", "-0", "0.0", "0e5", "-0.00e-7"] {
      #expect(try number(text).isZero)
    }
    #expect(try !number("0.0000001").isZero)
  }

  private func number(_ text: String) throws -> DecimalNumber {
    guard case .number(let number) = try JSONParser.parse(Array(text.utf8)) else {
      throw MalformedJSON()
    }
    return number
  }
}
