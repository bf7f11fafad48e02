import Tenancy

/// How much of one currency another was worth on a day, as a member of the ledger entered it.
package struct ExchangeRate: Hashable, Sendable {
  package let from: Currency
  package let to: Currency
  package let date: CivilDate
  /// How many `to` one `from` was worth.
  package let value: RateValue

  package init(from: Currency, to: Currency, date: CivilDate, value: RateValue) {
    self.from = from
    self.to = to
    self.date = date
    self.value = value
  }

  /// An amount of one of the two currencies in the other, rounded half away from zero.
  ///
  /// - Parameters:
  ///   - minorUnits: of `currency`.
  ///   - currency: ``from`` or ``to``; from ``to`` the rate is used inversely.
  /// - Returns: minor units of the other currency; nil if that is more than can be told.
  package func converted(_ minorUnits: Int128, of currency: Currency) -> Int128? {
    let isDirect = currency == from
    var (numerator, denominator) =
      isDirect ? (value.scaled, RateValue.scale) : (RateValue.scale, value.scaled)
    let digits = (isDirect ? to : from).exponent - currency.exponent
    let power = (0..<abs(digits)).reduce(UInt128(1)) { power, _ in power * 10 }
    // Neither overflows: a scaled rate has up to 24 digits, and a currency's exponent is up to 4.
    if digits > 0 { numerator *= power } else { denominator *= power }
    let (high, low) = minorUnits.magnitude.multipliedFullWidth(by: numerator)
    guard high < denominator else { return nil }
    let (quotient, rest) = denominator.dividingFullWidth((high, low))
    let rounded = rest >= denominator - rest ? quotient + 1 : quotient
    return Int128(exactly: rounded).map { minorUnits < 0 ? -$0 : $0 }
  }
}

/// The number of an exchange rate: positive, below 10^12 and with up to 12 decimals.
package struct RateValue: Hashable, Sendable {
  /// The number × 10^12.
  let scaled: UInt128

  static let scale: UInt128 = 1_000_000_000_000
  private static let decimals = 12

  init(scaled: UInt128) {
    self.scaled = scaled
  }

  /// - Throws: ``InvalidInput`` of the field `rate`.
  package init(_ number: DecimalNumber) throws(InvalidInput) {
    guard !number.isNegative, !number.isZero else {
      throw InvalidInput("rate", "must be positive")
    }
    let zeros = number.exponent + Self.decimals
    guard zeros >= 0 else { throw InvalidInput("rate", "must have at most 12 decimals") }
    guard number.digits.count + zeros <= 2 * Self.decimals else {
      throw InvalidInput("rate", "must be below 1000000000000")
    }
    let digits = number.digits + repeatElement(0, count: zeros)
    scaled = digits.reduce(0) { $0 * 10 + UInt128($1) }
  }

  /// The number without zeros at its end, such as `1.0845`.
  package var text: String {
    let (integer, fraction) = scaled.quotientAndRemainder(dividingBy: Self.scale)
    guard fraction > 0 else { return String(integer) }
    let digits = String(fraction)
    let padded = String(repeating: "0", count: Self.decimals - digits.count) + digits
    let last = padded.lastIndex { $0 != "0" } ?? padded.startIndex
    return "\(integer).\(padded[...last])"
  }
}

/// Which rate converts a currency into the ledger's at a date: the latest one on or before it, in
/// either direction.
package struct RateTable: Sendable {
  struct Key: Hashable {
    let currency: Currency
    let date: CivilDate
  }

  /// The ledger's currency.
  package let currency: Currency
  private let rates: [Key: ExchangeRate]

  init(into currency: Currency, _ rates: [Key: ExchangeRate] = [:]) {
    self.currency = currency
    self.rates = rates
  }

  /// Nil if none is known, for the ledger's own currency as well.
  func rate(of currency: Currency, at date: CivilDate) -> ExchangeRate? {
    rates[Key(currency: currency, date: date)]
  }
}
