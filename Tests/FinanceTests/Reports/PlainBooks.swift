import PostgresClient
import Tenancy

@testable import Finance

/// All entries of a ledger, from which every figure is worked out slowly, one entry after the other.
struct PlainBooks {
  struct End {
    let account: Int64
    let kind: String
    let type: String?
    let parent: Int64?
  }

  /// An entry as one of its ends has it.
  struct Side {
    let end: End
    let other: End
    let date: CivilDate
    let currency: Currency
    /// What goes into the end; negative for what goes out of it.
    let change: Int128
    let payee: String?
    let tags: [String]
    let isOpening: Bool
  }

  struct Rate {
    let from: String
    let to: String
    let date: CivilDate
    let scaled: Int128
  }

  let sides: [Side]
  let rates: [Rate]

  init(_ tenant: PostgresDatabase) async throws {
    let entries = try await tenant.query(
      """
      select e.date, e.currency, e.amount, s.id, s.kind, s.type, s.parent_id, r.id, r.kind, r.type,
        r.parent_id, p.name, t.is_opening,
        coalesce((select string_agg(tag.name, ',') from tag where tag.id = any(t.tag_ids)), '')
      from entry e join transaction t on t.id = e.transaction_id
      join account s on s.id = e.from_account join account r on r.id = e.to_account
      left join payee p on p.id = t.payee_id
      where t.deleted_at is null
      """)
    sides = try entries.flatMap { row in
      func end(_ column: Int) throws -> End {
        End(
          account: try row.decode(column), kind: try row.decode(column + 1),
          type: try row.decodeIfPresent(column + 2), parent: try row.decodeIfPresent(column + 3))
      }
      let (from, to) = (try end(3), try end(7))
      let amount: Int128 = try row.decode(2)
      return try [(from, to, -amount), (to, from, amount)].map { end, other, change in
        Side(
          end: end, other: other, date: try row.decode(0),
          currency: Currency(code: try row.decode(1)), change: change,
          payee: try row.decodeIfPresent(11),
          tags: try row.decode(13, as: String.self).split(separator: ",").map(String.init),
          isOpening: try row.decode(12))
      }
    }
    rates = try await tenant.query(
      "select from_currency, to_currency, date, (rate * 1e12)::numeric(36, 0) from rate"
    )
    .map { row in
      Rate(
        from: try row.decode(0), to: try row.decode(1), date: try row.decode(2),
        scaled: try row.decode(3))
    }
  }

  /// The sides of categories that a report of income and expense is of.
  func flows(_ filter: ReportFilter) -> [Side] {
    sides.filter { side in
      ["income", "expense"].contains(side.end.kind) && side.hasTag(filter.tag)
        && (filter.accountID.map { $0 == side.other.account } ?? true)
        && side.end.isIn(filter.category)
    }
  }

  /// The sides of accounts that a report of balances is of.
  func balances(_ filter: ReportFilter) -> [Side] {
    sides.filter { side in
      ["asset", "liability"].contains(side.end.kind) && side.hasTag(filter.tag)
        && (filter.accountID.map { $0 == side.end.account } ?? true)
        && (filter.category == nil || side.other.isIn(filter.category))
    }
  }

  /// An amount in the ledger's currency, EUR; nil if no rate is known.
  func converted(_ amount: Int128, of currency: Currency, at date: CivilDate) -> Int128? {
    if currency.code == "EUR" { return amount }
    let known = rates.filter { rate in
      Set([rate.from, rate.to]) == [currency.code, "EUR"] && rate.date <= date
    }
    let latest = known.map(\.date).max()
    let candidates = known.filter { $0.date == latest }
    let best = candidates.first { $0.from != "EUR" } ?? candidates.first
    guard let best else { return nil }
    var numerator = amount.magnitude
    var denominator: UInt128 = 1
    if best.from == "EUR" {
      numerator *= 1_000_000_000_000
      denominator *= best.scaled.magnitude
    } else {
      numerator *= best.scaled.magnitude
      denominator *= 1_000_000_000_000
    }
    for _ in 0..<2 { numerator *= 10 }
    for _ in 0..<currency.exponent { denominator *= 10 }
    let rounded = Int128((2 * numerator + denominator) / (2 * denominator))
    return amount < 0 ? -rounded : rounded
  }

  /// What sides come to, by currency, and in all in the ledger's.
  func sums(_ sides: some Sequence<Side>, at date: CivilDate) -> Expected {
    var byCurrency: [Currency: SumPair] = [:]
    for side in sides { byCurrency[side.currency, default: .zero] += side.sums }
    var total = SumPair.zero
    for (currency, sums) in byCurrency {
      guard let plus = converted(sums.plus, of: currency, at: date),
        let minus = converted(sums.minus, of: currency, at: date)
      else { continue }
      total += SumPair(plus: plus, minus: minus)
    }
    return Expected(byCurrency: byCurrency, total: total)
  }

  /// What sides of income and expense come to: month by month, each by its rate.
  func flowSums(_ sides: some Sequence<Side>) -> Expected {
    let months = Dictionary(grouping: sides) { $0.date.civilMonth }
    return months.reduce(into: Expected(byCurrency: [:], total: .zero)) { whole, month in
      let sums = self.sums(month.value, at: month.key.lastDay)
      whole.byCurrency.merge(sums.byCurrency, uniquingKeysWith: +)
      whole.total += sums.total
    }
  }

  struct Expected: Equatable {
    var byCurrency: [Currency: SumPair]
    var total: SumPair

    static func + (left: Expected, right: Expected) -> Expected {
      Expected(
        byCurrency: left.byCurrency.merging(right.byCurrency, uniquingKeysWith: +),
        total: left.total + right.total)
    }

    init(byCurrency: [Currency: SumPair], total: SumPair) {
      self.byCurrency = byCurrency
      self.total = total
    }

    /// What a report says.
    init(_ sums: ConvertedSums) {
      byCurrency = Dictionary(
        uniqueKeysWithValues: sums.parts.map { ($0.currency, $0.sums) })
      total = sums.total
    }
  }
}

extension PlainBooks.Side {
  var sums: SumPair {
    switch end.kind {
    case "income": SumPair(plus: -change, minus: 0)
    case "expense": SumPair(plus: 0, minus: change)
    case "liability": SumPair(plus: 0, minus: -change)
    default: SumPair(plus: change, minus: 0)
    }
  }

  func hasTag(_ tag: String?) -> Bool {
    guard let tag else { return true }
    return tags.contains { NameKey.key(of: $0) == NameKey.key(of: tag) }
  }
}

extension PlainBooks.End {
  func isIn(_ category: TransactionFilter.Category?) -> Bool {
    switch category {
    case nil: true
    case TransactionFilter.Category.none?: type == "uncategorized"
    case .id(let id)?:
      type == nil && ["income", "expense"].contains(kind) && (account == id || parent == id)
    }
  }
}
