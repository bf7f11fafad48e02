import PostgresClient
import Tenancy

/// Reads the exchange rates of one ledger.
package struct RateStore: Sendable {
  private let ledger: LedgerDatabase

  package init(_ ledger: LedgerDatabase) {
    self.ledger = ledger
  }

  /// A rate as it is stored.
  package struct Stored: Sendable, Hashable {
    package let id: Int64
    package let rate: ExchangeRate
    package let version: Int64
  }

  /// Up to `limit` rates by currencies and date, and whether there are more.
  ///
  /// - Parameters:
  ///   - from: only rates from this currency.
  ///   - to: only rates to this currency.
  ///   - last: the last rate of the page before.
  /// - Throws: As ``LedgerDatabase/query(_:)``.
  package func list(
    from: String?, to: String?, after last: RateName?, limit: Int
  ) async throws -> (rates: [Stored], hasMore: Bool) {
    var conditions: [PostgresQuery] = ["ledger_id = \(ledger.ledgerID)"]
    if let from { conditions.append("from_currency = \(from)") }
    if let to { conditions.append("to_currency = \(to)") }
    if let last {
      conditions.append(
        """
        (from_currency, to_currency, date) > (\(last.from), \(last.to), \(last.date)::date)
        """)
    }
    let rows = try await ledger.query(
      """
      select \(sql: Self.columns) from rate
      where \(query: .joined(conditions, separator: " and "))
      order by from_currency, to_currency, date limit \(limit + 1)
      """)
    return (try rows.prefix(limit).map(Stored.init), rows.count > limit)
  }

  /// - Throws: ``NotFound``, and as ``LedgerDatabase/query(_:)``.
  package func rate(_ name: RateName) async throws -> Stored {
    let rows = try await ledger.query(Self.query(name, in: ledger.ledgerID))
    guard let row = rows.first else { throw NotFound() }
    return try Stored(row)
  }

  /// Those of the rates that are there.
  ///
  /// - Throws: As ``LedgerDatabase/query(_:)``.
  package func rates(_ ids: [Int64]) async throws -> [Stored] {
    try await ledger.query(
      """
      select \(sql: Self.columns) from rate
      where ledger_id = \(ledger.ledgerID) and id = any(\(ids))
      """
    ).map(Stored.init)
  }

  static func query(_ name: RateName, in ledgerID: Int64) -> PostgresQuery {
    """
    select \(sql: columns) from rate
    where ledger_id = \(ledgerID) and from_currency = \(name.from) and to_currency = \(name.to)
      and date = \(name.date)
    """
  }

  private static let columns: StaticString = """
    from_currency, to_currency, date, (rate * 1000000000000)::numeric(36, 0) as scaled, version, id
    """
}

/// What one rate of a ledger is named by.
package struct RateName: Sendable, Hashable {
  package let from: String
  package let to: String
  package let date: CivilDate

  package init(from: String, to: String, date: CivilDate) {
    self.from = from
    self.to = to
    self.date = date
  }
}

extension RateStore {
  /// Which rates convert the ledger's foreign currencies at each of `dates`: see ``table(_:)``.
  ///
  /// Money is only ever in a currency that an account of the ledger has.
  static func query(in ledgerID: Int64, at dates: [CivilDate]) -> PostgresQuery {
    """
    select own.currency as own, day.date as day, foreign_account.currency,
      \(sql: appliedColumns)
    from ledger own
    left join (
      select distinct currency from account
      where ledger_id = \(ledgerID) and kind in ('asset', 'liability')
    ) foreign_account on foreign_account.currency <> own.currency
    left join unnest(\(dates.map(\.description))::date[]) as day (date)
      on foreign_account.currency is not null
    left join \(query: latest(
      in: ledgerID, of: "foreign_account.currency", into: "own.currency", on: "day.date")) applied
      on true
    where own.id = \(ledgerID)
    """
  }

  /// What the rows of ``query(in:at:)`` say.
  ///
  /// - Throws: ``LedgerNotFound`` if there are none.
  static func table(_ rows: PostgresRows) throws -> RateTable {
    guard let first = rows.first else { throw LedgerNotFound() }
    let own = Currency(code: try first.decode("own"))
    var rates: [RateTable.Key: ExchangeRate] = [:]
    for row in rows {
      guard let code: String = try row.decodeIfPresent("currency") else { continue }
      let currency = Currency(code: code)
      rates[.init(currency: currency, date: try row.decode("day"))] = try applied(
        row, of: currency, into: own)
    }
    return RateTable(into: own, rates)
  }

  /// A lateral subquery that finds the rate which converts a currency into another at a date. Its
  /// columns are read by ``applied(_:of:into:)``.
  static func latest(
    in ledgerID: Int64, of currency: StaticString, into own: StaticString, on date: StaticString
  ) -> PostgresQuery {
    """
    lateral (
      select * from (
        (select date, rate, false as is_inverse from rate
          where ledger_id = \(ledgerID) and from_currency = \(sql: currency)
            and to_currency = \(sql: own) and date <= \(sql: date)
          order by date desc limit 1)
        union all
        (select date, rate, true from rate
          where ledger_id = \(ledgerID) and from_currency = \(sql: own)
            and to_currency = \(sql: currency) and date <= \(sql: date)
          order by date desc limit 1)
      ) known
      order by date desc, is_inverse limit 1
    )
    """
  }

  /// Columns of ``latest(in:of:into:on:)`` under the name `applied`.
  static let appliedColumns: StaticString = """
    applied.date as rate_date, (applied.rate * 1000000000000)::numeric(36, 0) as rate_scaled,
    applied.is_inverse as rate_is_inverse
    """

  /// The rate in ``appliedColumns``, if there is one.
  static func applied(
    _ row: PostgresRow, of currency: Currency, into own: Currency
  ) throws -> ExchangeRate? {
    guard let scaled: Int128 = try row.decodeIfPresent("rate_scaled") else { return nil }
    let isInverse: Bool = try row.decode("rate_is_inverse")
    return ExchangeRate(
      from: isInverse ? own : currency, to: isInverse ? currency : own,
      date: try row.decode("rate_date"), value: RateValue(scaled: scaled.magnitude))
  }
}

extension RateStore.Stored {
  init(_ row: PostgresRow) throws {
    self.init(
      id: try row.decode("id"),
      rate: ExchangeRate(
        from: Currency(code: try row.decode("from_currency")),
        to: Currency(code: try row.decode("to_currency")), date: try row.decode("date"),
        value: RateValue(scaled: try row.decode("scaled", as: Int128.self).magnitude)),
      version: try row.decode("version"))
  }
}
