import NIOCore
import Testing

@testable import Finance
@testable import FinanceAPI

struct DecimalWritingTests {
  @Test(arguments: [
    (2_000_000, 2, "20000"), (30, 2, "0.3"), (1, 2, "0.01"), (-50, 2, "-0.5"), (0, 2, "0"),
    (1005, 3, "1.005"), (7, 0, "7"), (-12345, 4, "-1.2345"), (100_010, 2, "1000.1"),
    (Int128.max, 0, "170141183460469231731687303715884105727"),
    (Int128.min, 2, "-1701411834604692317316873037158841057.28"),
  ])
  func minorUnitsAreWrittenAsAnExactNumber(units: Int128, exponent: Int, text: String) {
    var buffer = ByteBuffer()
    buffer.writeDecimal(units, exponent: exponent)
    #expect(String(buffer: buffer) == text)
  }

  @Test func totalsAreWrittenWithTheirKeysSorted() {
    let totals = Totals(income: 10, expense: 30, currency: Currency(code: "EUR"))
    #expect(
      String(buffer: ByteBuffer(totals))
        == #"{"net_balance":-0.2,"total_expense":0.3,"total_income":0.1}"# + "\n")
  }
}
