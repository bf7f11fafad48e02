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
    let magnitude = minorUnits.magnitude
    let isNegative = minorUnits < 0
    // Nearly all fit, and numbers of twice that size are divided slowly.
    return UInt64(exactly: magnitude).map { text($0, isNegative) } ?? text(magnitude, isNegative)
  }

  private func text(_ magnitude: some FixedWidthInteger, _ isNegative: Bool) -> String {
    // 39 digits, point and sign.
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 48) { text in
      var (rest, start, count) = (magnitude, text.count, 0)
      func put(_ byte: UInt8) {
        start -= 1
        text[start] = byte
      }
      repeat {
        if count == exponent, count > 0 { put(UInt8(ascii: ".")) }
        let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
        put(UInt8(ascii: "0") + UInt8(digit))
        rest = quotient
        count += 1
      } while rest > 0 || count <= exponent
      if isNegative { put(UInt8(ascii: "-")) }
      return String(decoding: UnsafeBufferPointer(rebasing: text[start...]), as: UTF8.self)
    }
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
