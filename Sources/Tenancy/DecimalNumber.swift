/// A decimal number, exactly as it was written: ± digits × 10^exponent.
package struct DecimalNumber: Hashable, Sendable {
  package let isNegative: Bool
  /// The digits' values without zeros at either end; empty for zero.
  package let digits: [UInt8]
  /// The power of ten of the last digit.
  package let exponent: Int

  /// The number that is written as `integer`.`fraction` × 10^`exponent`, in ASCII digits.
  package init(
    isNegative: Bool, integer: ArraySlice<UInt8>, fraction: ArraySlice<UInt8>, exponent: Int
  ) {
    var digits = (integer + fraction).map { $0 - UInt8(ascii: "0") }
    let significant = (digits.lastIndex { $0 != 0 } ?? -1) + 1
    let trailingZeros = digits.count - significant
    digits.removeLast(trailingZeros)
    digits.removeFirst(digits.prefix { $0 == 0 }.count)
    self.isNegative = isNegative
    self.digits = digits
    self.exponent = digits.isEmpty ? 0 : exponent - fraction.count + trailingZeros
  }

  package init(_ integer: Int64) {
    self.init(
      isNegative: integer < 0, integer: Array(String(integer.magnitude).utf8)[...], fraction: [],
      exponent: 0)
  }

  /// The number that is written as digits, with a sign and a fraction or without: `-12.30`. Nil for
  /// anything else; an exponent is none of it.
  package init?(_ text: some StringProtocol) {
    let bytes = Array(text.utf8)[...]
    let isNegative = bytes.first == UInt8(ascii: "-")
    let parts = bytes.dropFirst(isNegative ? 1 : 0)
      .split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
    let isNumber = parts.allSatisfy { digits in
      !digits.isEmpty && digits.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
    guard isNumber else { return nil }
    self.init(
      isNegative: isNegative, integer: parts[0], fraction: parts.count == 2 ? parts[1] : [],
      exponent: 0)
  }

  package var isZero: Bool { digits.isEmpty }

  /// The number × 10^`places`, or nil if that is not a whole number within `Int64`.
  package func scaled(byPowerOfTen places: Int) -> Int64? {
    if isZero { return 0 }
    let zeros = exponent + places
    // Int64 has at most 19 digits, so more would overflow anyhow.
    guard zeros >= 0, zeros + digits.count <= 19 else { return nil }
    var value: Int64 = 0
    for digit in digits + repeatElement(0, count: zeros) {
      let (shifted, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, overflow2) = shifted.addingReportingOverflow(Int64(digit))
      guard !overflow, !overflow2 else { return nil }
      value = sum
    }
    return isNegative ? -value : value
  }
}
