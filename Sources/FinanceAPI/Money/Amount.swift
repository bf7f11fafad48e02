import HTTPSupport

/// An amount of money that something cost or brought: positive, and exact.
struct Amount: Hashable, Sendable {
  /// The largest amount in minor units. Its fifteen digits survive every client that reads JSON
  /// numbers as IEEE doubles.
  static let maximum: Int64 = 999_999_999_999_999

  /// How many of the currency's minor units.
  let minorUnits: Int64

  /// Nil if `number` is not positive, has more decimals than the currency, or is too large.
  init?(_ number: DecimalNumber, in currency: Currency) {
    guard let minorUnits = number.scaled(byPowerOfTen: currency.exponent),
      (1...Self.maximum).contains(minorUnits)
    else { return nil }
    self.minorUnits = minorUnits
  }
}
