import Tenancy

/// An exact sum of decimal numbers with at most 12 decimals.
struct DecimalSum {
  private static let scale = 12

  /// In units of 10^-12; nil once a number did not fit.
  private var units: Int128? = 0

  mutating func add(_ number: DecimalNumber) {
    guard let sum = units, let addend = Self.units(of: number) else {
      units = nil
      return
    }
    let (result, overflow) = sum.addingReportingOverflow(addend)
    units = overflow ? nil : result
  }

  private static func units(of number: DecimalNumber) -> Int128? {
    let zeros = number.exponent + scale
    guard zeros >= 0, number.digits.count + zeros <= 36 else { return number.isZero ? 0 : nil }
    var value: Int128 = 0
    for digit in number.digits { value = value * 10 + Int128(digit) }
    for _ in 0..<zeros { value *= 10 }
    return number.isNegative ? -value : value
  }

  /// Nil if the sum is out of reach.
  var value: DecimalNumber? {
    units.map { units in
      DecimalNumber(
        isNegative: units < 0, integer: Array(String(units.magnitude).utf8)[...], fraction: [],
        exponent: -Self.scale)
    }
  }
}

extension DecimalNumber {
  private func signed(_ isNegative: Bool) -> DecimalNumber {
    DecimalNumber(
      isNegative: isNegative, integer: digits.map { $0 + UInt8(ascii: "0") }[...], fraction: [],
      exponent: exponent)
  }

  var negated: DecimalNumber { isZero ? self : signed(!isNegative) }
  var magnitude: DecimalNumber { isNegative ? signed(false) : self }

  /// As a person writes it, without an exponent: `-12.3`.
  package var plainText: String {
    var text = digits.map { $0 + UInt8(ascii: "0") }
    if exponent > 0 {
      text.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: exponent))
    } else if exponent < 0 {
      let zeros = max(0, 1 - exponent - text.count)
      text.insert(contentsOf: repeatElement(UInt8(ascii: "0"), count: zeros), at: 0)
      text.insert(UInt8(ascii: "."), at: text.count + exponent)
    }
    if isZero { return "0" }
    return (isNegative ? "-" : "") + String(decoding: text, as: UTF8.self)
  }
}
