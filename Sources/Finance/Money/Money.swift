import Tenancy

/// An exact amount of money, in either direction.
package struct Money: Hashable, Sendable {
  /// How many of the currency's minor units.
  package let minorUnits: Int64
  package let currency: Currency

  package init(minorUnits: Int64, currency: Currency) {
    self.minorUnits = minorUnits
    self.currency = currency
  }

  /// - Throws: ``InvalidAmount`` if the number has more decimals than the currency, or is beyond
  ///   ``Amount/maximum``.
  package init(_ number: DecimalNumber, in currency: Currency) throws(InvalidAmount) {
    guard number.isZero || number.exponent + currency.exponent >= 0 else {
      throw .tooPrecise(currency)
    }
    guard let minorUnits = number.scaled(byPowerOfTen: currency.exponent),
      minorUnits.magnitude <= UInt64(Amount.maximum)
    else { throw .tooLarge(currency) }
    self.init(minorUnits: minorUnits, currency: currency)
  }

  package static prefix func - (money: Money) -> Money {
    // The smallest Int64 is far beyond the maximum.
    Money(minorUnits: -money.minorUnits, currency: money.currency)
  }

  package var text: String { currency.text(Int128(minorUnits)) }
}

extension Currency {
  /// So many minor units as a decimal number with exactly the currency's digits: `-12.30`.
  package func text(_ minorUnits: Int128) -> String {
    let digits = String(minorUnits.magnitude)
    let sign = minorUnits < 0 ? "-" : ""
    guard exponent > 0 else { return sign + digits }
    let padded = String(repeating: "0", count: max(0, exponent + 1 - digits.count)) + digits
    return sign + padded.dropLast(exponent) + "." + padded.suffix(exponent)
  }
}

extension InvalidAmount {
  /// A sentence without a subject.
  package var message: String {
    switch self {
    case .notPositive: "must be positive"
    case .tooPrecise(let currency):
      currency.exponent == 0
        ? "must have no decimals in \(currency.code)"
        : "must have at most \(currency.exponent) decimals in \(currency.code)"
    case .tooLarge(let currency):
      "must be at most \(currency.text(Int128(Amount.maximum))) in \(currency.code)"
    }
  }
}
