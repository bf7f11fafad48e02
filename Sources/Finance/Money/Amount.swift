import PostgresClient
import Tenancy

/// An amount of money that something cost or brought: positive, and exact.
package struct Amount: Hashable, Sendable {
  /// The largest amount in minor units. Its fifteen digits survive every client that reads JSON
  /// numbers as IEEE doubles.
  package static let maximum: Int64 = 999_999_999_999_999

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

/// Why a number is no amount of a currency.
package enum InvalidAmount: Error, Hashable {
  case notPositive
  /// It has more decimals than the currency.
  case tooPrecise(Currency)
  /// It is more than ``Amount/maximum``.
  case tooLarge(Currency)
}

/// A currency, and how many decimals its amounts have.
package struct Currency: Hashable, Sendable {
  /// The ISO 4217 code, such as `EUR`.
  package let code: String
  /// The exponent of the minor unit (ISO 4217): an amount is a whole number of 10^-exponent.
  package let exponent: Int

  package init(code: String) {
    self.code = code
    exponent = Self.exponents[code] ?? 2
  }

  /// The currencies whose minor unit is not a hundredth (ISO 4217, table A.1).
  private static let exponents: [String: Int] = [
    "BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0, "PYG": 0,
    "RWF": 0, "UGX": 0, "UYI": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
    "BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3,
    "CLF": 4, "UYW": 4,
  ]
}

/// A whole `numeric`, as the sum of a `bigint` column is.
extension Int128: PostgresDecodable {}
