import NIOCore

extension ByteBuffer {
  /// The body of `GET /analytics`: whole currency units as exact JSON numbers, keys sorted.
  init(_ totals: Totals) {
    self = ByteBufferAllocator().buffer(capacity: 128)
    let exponent = totals.currency.exponent
    writeStaticString("{\"net_balance\":")
    writeDecimal(totals.net, exponent: exponent)
    writeStaticString(",\"total_expense\":")
    writeDecimal(totals.expense, exponent: exponent)
    writeStaticString(",\"total_income\":")
    writeDecimal(totals.income, exponent: exponent)
    writeStaticString("}\n")
  }

  /// Writes minorUnits × 10^-exponent without zeros at the end of its fraction.
  mutating func writeDecimal(_ minorUnits: Int128, exponent: Int) {
    if minorUnits < 0 { writeStaticString("-") }
    let unit = (0..<exponent).reduce(1) { unit, _ in unit * 10 }
    let (whole, fraction) = minorUnits.magnitude.quotientAndRemainder(dividingBy: UInt128(unit))
    // Most figures fit a machine word, which prints several times as fast.
    writeString(UInt64(exactly: whole).map { String($0) } ?? String(whole))
    guard fraction != 0 else { return }
    writeStaticString(".")
    var rest = Int(fraction)
    var place = unit
    while rest > 0 {
      place /= 10
      writeInteger(UInt8(ascii: "0") + UInt8(rest / place))
      rest %= place
    }
  }
}
