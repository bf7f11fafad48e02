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

/// The rate that what there was of a currency in a month was converted by.
package struct MonthRate: Sendable, Hashable {
  package let currency: Currency
  package let month: CivilMonth
  package let rate: ExchangeRate

  package static func isEarlier(_ left: MonthRate, _ right: MonthRate) -> Bool {
    (left.month, left.currency.code) < (right.month, right.currency.code)
  }
}

/// Sums in several currencies, and what they come to in the ledger's.
///
/// What came in and went out in a month is added up, and then converted by that month's rate: so a year
/// is the sum of its months. It does not depend on how many entries it is of; the parts of a sum may
/// differ from it by a minor unit.
package struct ConvertedSums: Sendable, Hashable {
  /// The sums in one currency.
  package struct Part: Sendable, Hashable {
    package let currency: Currency
    package fileprivate(set) var sums: SumPair
    /// In the ledger's currency, without what is ``unconverted``; nil if that is all.
    package fileprivate(set) var converted: SumPair?
    /// What no rate is known for; nil if there is nothing.
    package fileprivate(set) var unconverted: SumPair?
    /// None for the ledger's own currency.
    package fileprivate(set) var rates: Set<MonthRate>

    /// The rate that all was converted by; nil if there are several, or none.
    package var rate: ExchangeRate? {
      let rates = Set(rates.map(\.rate))
      return unconverted == nil && rates.count == 1 ? rates.first : nil
    }
  }

  /// The ledger's currency.
  package let currency: Currency
  /// The ledger's own currency first, then by code.
  package let parts: [Part]

  /// Nothing.
  package init(currency: Currency) {
    self.init(currency, [])
  }

  /// - Parameter sums: by currency, and the date whose rate converts them.
  init(_ sums: [RateTable.Key: SumPair], _ rates: RateTable) {
    self.init(
      rates.currency,
      Dictionary(grouping: sums, by: \.key.currency).map { Part($0.key, $0.value, rates) })
  }

  private init(_ currency: Currency, _ parts: [Part]) {
    self.currency = currency
    self.parts = parts.sorted { left, right in
      (left.currency == currency ? "" : left.currency.code)
        < (right.currency == currency ? "" : right.currency.code)
    }
  }

  /// Both are in one ledger's currency.
  static func + (left: ConvertedSums, right: ConvertedSums) -> ConvertedSums {
    let parts = Dictionary(grouping: left.parts + right.parts, by: \.currency).values
    return ConvertedSums(left.currency, parts.map { $0.dropFirst().reduce($0[0], +) })
  }

  /// In the ledger's currency, without what is ``unconverted``.
  package var total: SumPair { parts.compactMap(\.converted).reduce(.zero, +) }

  /// What no rate is known for.
  package var unconverted: [(currency: Currency, sums: SumPair)] {
    parts.compactMap { part in part.unconverted.map { (part.currency, $0) } }
  }

  /// What was converted by which rate.
  package var rates: Set<MonthRate> { parts.reduce(into: []) { $0.formUnion($1.rates) } }
}

extension ConvertedSums.Part {
  fileprivate init(
    _ currency: Currency, _ sums: [(key: RateTable.Key, value: SumPair)], _ table: RateTable
  ) {
    let whole = sums.reduce(.zero) { $0 + $1.value }
    let isOwn = currency == table.currency
    self.init(
      currency: currency, sums: whole, converted: isOwn ? whole : nil, unconverted: nil, rates: [])
    guard !isOwn else { return }
    for (key, sums) in sums {
      guard let rate = table.rate(of: currency, at: key.date),
        let plus = rate.converted(sums.plus, of: currency),
        let minus = rate.converted(sums.minus, of: currency)
      else {
        unconverted = (unconverted ?? .zero) + sums
        continue
      }
      converted = (converted ?? .zero) + SumPair(plus: plus, minus: minus)
      rates.insert(MonthRate(currency: currency, month: key.date.civilMonth, rate: rate))
    }
  }

  fileprivate static func + (left: Self, right: Self) -> Self {
    func sum(_ left: SumPair?, _ right: SumPair?) -> SumPair? {
      guard let left, let right else { return left ?? right }
      return left + right
    }
    return Self(
      currency: left.currency, sums: left.sums + right.sums,
      converted: sum(left.converted, right.converted),
      unconverted: sum(left.unconverted, right.unconverted), rates: left.rates.union(right.rates))
  }
}

extension Sequence<EntrySums.Row> {
  /// What the rows come to, by currency.
  var byCurrency: [Currency: SumPair] {
    reduce(into: [:]) { sums, row in sums[row.currency, default: .zero] += row.sums }
  }

  /// What rows of income and expense come to, by what their rate is found by.
  var flows: [RateTable.Key: SumPair] {
    reduce(into: [:]) { sums, row in
      sums[.init(currency: row.currency, date: row.rateDay ?? row.day), default: .zero] += row.sums
    }
  }
}
