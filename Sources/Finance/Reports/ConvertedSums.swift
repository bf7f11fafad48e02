import Tenancy

/// Two sums that belong together, and what is left: income and expense, or assets and liabilities.
package struct SumPair: Sendable, Hashable {
  package var plus: Int128
  package var minus: Int128

  package static let zero = SumPair(plus: 0, minus: 0)

  package var net: Int128 { plus - minus }

  package static func + (left: SumPair, right: SumPair) -> SumPair {
    SumPair(plus: left.plus + right.plus, minus: left.minus + right.minus)
  }

  package static func += (left: inout SumPair, right: SumPair) { left = left + right }
}

/// Sums in several currencies, and what they come to in the ledger's.
///
/// Each sum is converted by itself, after it was added up, so that it does not depend on how many
/// entries it is of; the parts of a sum may differ from it by a minor unit.
package struct ConvertedSums: Sendable, Hashable {
  /// The sums in one currency.
  package struct Part: Sendable, Hashable {
    package let currency: Currency
    package let sums: SumPair
    /// In the ledger's currency; nil where no rate is known.
    package let converted: SumPair?
    /// Nil for the ledger's own currency.
    package let rate: ExchangeRate?
  }

  /// The ledger's currency.
  package let currency: Currency
  /// The ledger's own currency first, then by code.
  package let parts: [Part]

  /// Nothing.
  package init(currency: Currency) {
    self.currency = currency
    parts = []
  }

  /// - Parameter date: the rates are the latest ones on or before it.
  init(_ sums: [Currency: SumPair], at date: CivilDate, _ rates: RateTable) {
    currency = rates.currency
    let sorted = sums.sorted { left, right in
      (left.key == rates.currency ? "" : left.key.code)
        < (right.key == rates.currency ? "" : right.key.code)
    }
    parts = sorted.map { currency, sums in
      guard currency != rates.currency else {
        return Part(currency: currency, sums: sums, converted: sums, rate: nil)
      }
      let rate = rates.rate(of: currency, at: date)
      let converted: SumPair? = rate.flatMap { rate in
        guard let plus = rate.converted(sums.plus, of: currency),
          let minus = rate.converted(sums.minus, of: currency)
        else { return nil }
        return SumPair(plus: plus, minus: minus)
      }
      return Part(
        currency: currency, sums: sums, converted: converted, rate: converted == nil ? nil : rate)
    }
  }

  /// In the ledger's currency, without what is ``unconverted``.
  package var total: SumPair { parts.compactMap(\.converted).reduce(.zero, +) }

  /// What no rate is known for.
  package var unconverted: [Part] { parts.filter { $0.converted == nil } }
}

extension Sequence<EntrySums.Row> {
  /// What the rows come to, by currency.
  var byCurrency: [Currency: SumPair] {
    reduce(into: [:]) { sums, row in sums[row.currency, default: .zero] += row.sums }
  }
}
