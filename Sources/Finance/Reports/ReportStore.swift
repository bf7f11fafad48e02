import PostgresClient
import Tenancy

/// Reads the reports of one ledger, each in one round trip.
///
/// Income and expense are positive; a refund makes an expense smaller. Transfers and opening balances
/// are neither. What is in another currency than the ledger's is converted month by month, by the latest
/// rate on or before the month's last day; what there is and is owed, by the latest one on or before the
/// day that it is told of.
package struct ReportStore: Sendable {
  private let ledger: LedgerDatabase
  private let period: ReportPeriod
  private let filter: ReportFilter

  package init(_ ledger: LedgerDatabase, _ period: ReportPeriod, _ filter: ReportFilter) {
    self.ledger = ledger
    self.period = period
    self.filter = filter
  }

  /// - Throws: As ``LedgerDatabase/query(_:)``. So do all.
  package func summary() async throws -> IntervalSums {
    let result = try await read(categories(by: .kind))
    return whole(result)
  }

  /// By payee, the largest sums first.
  ///
  /// - Parameter limit: how many lines there are at most.
  package func byPayee(limit: Int) async throws -> Breakdown<NamedSums> {
    let result = try await read(categories(by: .payee))
    let lines = named(result)
    let others = Set(lines.dropFirst(limit).map(\.id))
    let rest = result.rows.filter { others.contains($0.key) }
    return Breakdown(
      whole: whole(result), lines: Array(lines.prefix(limit)),
      others: others.isEmpty
        ? nil
        : .init(
          count: others.count, sums: ConvertedSums(rest.flows, result.rates)))
  }

  /// By tag. A transaction with several tags is in the sums of each, and once in the whole.
  package func byTag() async throws -> Breakdown<NamedSums> {
    let whole = categories(by: .kind)
    let result = try await read(categories(by: .tag), also: whole.query(in: ledger.ledgerID))
    let sums = try result.also.map(EntrySums.Row.init).flows
    return Breakdown(
      whole: IntervalSums(period: period, sums: ConvertedSums(sums, result.rates)),
      lines: named(result))
  }

  /// By category, groups with their children; what has no category apart, with an id of nil.
  package func byCategory() async throws -> Breakdown<CategorySums> {
    let result = try await read(
      categories(by: .account), also: Self.categoryQuery(in: ledger.ledgerID))
    let tree = try ReportCategories(result.also)
    return Breakdown(
      whole: whole(result),
      lines: tree.lines(result.rows.map { ($0.key ?? 0, $0) }, result.rates))
  }

  /// Income and expense of each interval.
  ///
  /// - Parameter intervals: those of the period.
  package func cashFlow(
    _ interval: ReportInterval, _ intervals: [ReportPeriod]
  ) async throws -> [IntervalSums] {
    var sums = categories(by: .kind)
    sums.interval = interval
    let result = try await read(sums)
    let rows = Dictionary(grouping: result.rows, by: \.day)
    return intervals.map { period in
      IntervalSums(
        period: period, sums: ConvertedSums((rows[period.last] ?? []).flows, result.rates))
    }
  }

  /// What there is and what is owed at the end of each interval.
  ///
  /// - Parameter intervals: those of the period.
  package func netWorth(
    _ interval: ReportInterval, _ intervals: [ReportPeriod]
  ) async throws -> [IntervalSums] {
    var sums = EntrySums(accounts: .real, period: period, filter: filter)
    sums.interval = interval
    sums.isRunning = true
    let result = try await read(sums, at: intervals.map(\.last))
    let rows = Dictionary(grouping: result.rows, by: \.day)
    var standing = before(rows).byCurrency
    return intervals.map { period in
      standing.merge((rows[period.last] ?? []).byCurrency, uniquingKeysWith: +)
      let sums = standing.map { (RateTable.Key(currency: $0, date: period.last), $1) }
      return IntervalSums(
        period: period,
        sums: ConvertedSums(Dictionary(uniqueKeysWithValues: sums), result.rates))
    }
  }

  /// What happened to each account.
  package func byAccount() async throws -> [AccountSums] {
    var sums = EntrySums(accounts: .real, grouping: .account, period: period, filter: filter)
    sums.isRunning = true
    var opening = sums
    opening.isRunning = false
    opening.counterpart = .opening
    let results = try await ledger.read([
      sums.query(in: ledger.ledgerID), opening.query(in: ledger.ledgerID),
      """
      select id, name, type, currency from account
      where ledger_id = \(ledger.ledgerID) and kind in ('asset', 'liability')
        and id = coalesce(\(filter.accountID)::bigint, id)
      order by id
      """,
    ])
    let rows = Dictionary(grouping: try results[0].map(EntrySums.Row.init), by: \.key)
    let openings = Dictionary(grouping: try results[1].map(EntrySums.Row.init), by: \.key)
    return try results[2].map { row in
      let id: Int64 = try row.decode(0)
      return try AccountSums(
        row, rows[id] ?? [], openings: openings[id] ?? [], from: period.first)
    }
  }

  /// The balance of one account at the end of each interval.
  ///
  /// - Throws: ``NotFound`` if the ledger has no such account, and as ``LedgerDatabase/query(_:)``.
  package func balances(
    of account: Int64, _ interval: ReportInterval, _ intervals: [ReportPeriod]
  ) async throws -> (currency: Currency, points: [BalancePoint]) {
    var filter = filter
    filter.accountID = account
    var sums = EntrySums(accounts: .real, period: period, filter: filter)
    sums.interval = interval
    sums.isRunning = true
    let results = try await ledger.read([
      """
      select currency from account where id = \(account) and ledger_id = \(ledger.ledgerID)
        and kind in ('asset', 'liability')
      """, sums.query(in: ledger.ledgerID),
    ])
    guard let row = results[0].first else { throw NotFound() }
    let rows = Dictionary(grouping: try results[1].map(EntrySums.Row.init), by: \.day)
    var balance = before(rows).change
    let points = intervals.map { period in
      balance += (rows[period.last] ?? []).change
      return BalancePoint(period: period, balance: balance)
    }
    return (Currency(code: try row.decode(0)), points)
  }
}

extension ReportStore {
  private struct Result {
    let rows: [EntrySums.Row]
    let rates: RateTable
    let also: PostgresRows
  }

  /// The categories, and what has none.
  static func categoryQuery(in ledgerID: Int64) -> PostgresQuery {
    """
    select id, name, kind, parent_id, type is not null as is_own, archived from account
    where ledger_id = \(ledgerID) and kind in ('income', 'expense') order by kind desc, name, id
    """
  }

  private func categories(by grouping: EntrySums.Grouping) -> EntrySums {
    EntrySums(accounts: .categories, grouping: grouping, period: period, filter: filter)
  }

  /// - Parameters:
  ///   - dates: at which rates are needed; none is the end of each month.
  ///   - other: another statement in the same round trip.
  private func read(
    _ sums: EntrySums, at dates: [CivilDate] = [], also other: PostgresQuery = "select"
  ) async throws -> Result {
    let results = try await ledger.read([
      sums.query(in: ledger.ledgerID),
      RateStore.query(
        in: ledger.ledgerID, at: dates.isEmpty ? period.months.map(\.lastDay) : dates),
      other,
    ])
    return Result(
      rows: try results[0].map(EntrySums.Row.init), rates: try RateStore.table(results[1]),
      also: results[2])
  }

  private func whole(_ result: Result) -> IntervalSums {
    IntervalSums(period: period, sums: ConvertedSums(result.rows.flows, result.rates))
  }

  private func named(_ result: Result) -> [NamedSums] {
    let lines = Dictionary(grouping: result.rows, by: \.key).map { id, rows in
      NamedSums(
        id: id, name: rows.first?.name, sums: ConvertedSums(rows.flows, result.rates))
    }
    return lines.sorted { left, right in
      (left.sums.size, right.id ?? .max) > (right.sums.size, left.id ?? .max)
    }
  }

  private func before(_ rows: [CivilDate: [EntrySums.Row]]) -> [EntrySums.Row] {
    period.first.adding(days: -1).flatMap { rows[$0] } ?? []
  }
}

extension AccountSums {
  /// - Parameters:
  ///   - sums: what was before the period, and what was in it.
  ///   - openings: what of the latter are opening balances.
  fileprivate init(
    _ row: PostgresRow, _ sums: [EntrySums.Row], openings: [EntrySums.Row], from first: CivilDate
  ) throws {
    guard let type = AccountType(rawValue: try row.decode(2)) else {
      throw PostgresError(code: .decoding, detail: "no type of account")
    }
    let within = sums.filter { $0.day >= first }
    func sum(_ column: KeyPath<EntrySums.Row, Int128>, _ rows: [EntrySums.Row]) -> Int128 {
      rows.reduce(0) { $0 + $1[keyPath: column] }
    }
    self.init(
      id: try row.decode(0), name: try row.decode(1), type: type,
      currency: Currency(code: try row.decode(3)),
      opening: sums.filter { $0.day < first }.change + openings.change,
      inflow: sum(\.inflow, within) - sum(\.inflow, openings),
      outflow: sum(\.outflow, within) - sum(\.outflow, openings))
  }
}

extension ConvertedSums {
  /// What lines are sorted by.
  fileprivate var size: UInt128 { total.plus.magnitude + total.minus.magnitude }
}

extension Sequence<EntrySums.Row> {
  /// What the rows add to a balance.
  fileprivate var change: Int128 { reduce(0) { $0 + $1.inflow - $1.outflow } }
}
