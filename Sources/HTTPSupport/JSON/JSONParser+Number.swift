import Tenancy

extension JSONParser {
  /// Exponents are read up to this magnitude: no text is long enough to make up for more.
  private static let maximumExponent = 1_000_000_000

  mutating func readNumber() throws(MalformedJSON) -> DecimalNumber {
    let isNegative = take("-")
    let integer = try readDigits()
    guard integer.count == 1 || integer.first != UInt8(ascii: "0") else { throw MalformedJSON() }
    let fraction = take(".") ? try readDigits() : []
    let exponent = take("e") || take("E") ? try readExponent() : 0
    return DecimalNumber(
      isNegative: isNegative, integer: integer, fraction: fraction, exponent: exponent)
  }

  private mutating func readExponent() throws(MalformedJSON) -> Int {
    let isNegative = take("-")
    if !isNegative { _ = take("+") }
    var exponent = 0
    for digit in try readDigits() {
      exponent = min(exponent * 10 + Int(digit - UInt8(ascii: "0")), Self.maximumExponent)
    }
    return isNegative ? -exponent : exponent
  }

  private mutating func readDigits() throws(MalformedJSON) -> ArraySlice<UInt8> {
    let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    guard !digits.isEmpty else { throw MalformedJSON() }
    rest = rest[digits.endIndex...]
    return digits
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard rest.first == UInt8(ascii: character) else { return false }
    rest.removeFirst()
    return true
  }
}
