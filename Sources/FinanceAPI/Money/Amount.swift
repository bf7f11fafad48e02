import HTTPSupport

/// An amount of money that something cost or brought: positive, and exact.
struct Amount: Hashable, Sendable {
  /// The largest amount in minor units. Its fifteen digits survive every client that reads JSON
  /// numbers as IEEE doubles.
  static let maximum: Int64 = 999_999_999_999_999

  /// How many of the currency's minor units.
  let minorUnits: Int64

  init(_ number: DecimalNumber, in currency: Currency) throws(InvalidAmount) {
    guard !number.isNegative, !number.isZero else { throw .notPositive }
    guard number.exponent + currency.exponent >= 0 else { throw .tooPrecise(currency) }
    guard let minorUnits = number.scaled(byPowerOfTen: currency.exponent),
      minorUnits <= Self.maximum
    else { throw .tooLarge(currency) }
    self.minorUnits = minorUnits
  }
}
