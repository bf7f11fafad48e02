import PostgresClient
import Tenancy

/// Sums of entries, as one statement: whole months from the sums that are kept, other days from the
/// entries.
struct EntrySums: Sendable {
  /// The accounts whose entries are added up.
  enum Accounts {
    /// Income and expense.
    case categories
    /// Asset and liability.
    case real
  }

  /// What there is a sum for.
  enum Grouping {
    /// Each kind of account.
    case kind
    case account, payee, tag
  }

  /// The entries at whose other end is something that a filter cannot name.
  enum Counterpart {
    case any
    /// The account that opening balances come from.
    case opening
  }

  var accounts: Accounts
  var grouping = Grouping.kind
  var period: ReportPeriod
  /// Nil adds the whole period up.
  var interval: ReportInterval?
  /// Whether there is one more sum, of all that was before the period.
  var isRunning = false
  var filter = ReportFilter()
  var counterpart = Counterpart.any

  /// A row for each kind of account, key of the grouping, currency and interval that have entries; for
  /// income and expense in another currency than the ledger's, one for each month of them.
  func query(in ledgerID: Int64) -> PostgresQuery {
    let (months, days) = stretches
    let parts =
      months.map { self.months($0, in: ledgerID) }
      + days.flatMap { self.days($0, in: ledgerID) }
    let conditions = transactionConditions(in: ledgerID)
    let needsTransaction = grouping == .payee || grouping == .tag || !conditions.isEmpty
    // OFFSET has Postgres look them up, and not read all there are.
    let join: PostgresQuery =
      needsTransaction
      ? """
      cross join lateral (select * from transaction where id = part.transaction_id offset 0) t
      """ : ""
    let isCounted: PostgresQuery =
      conditions.isEmpty ? "true" : .joined(conditions, separator: " and ")
    let query: PostgresQuery = """
      with chosen as (\(query: chosen(in: ledgerID))),
      part as (\(query: .joined(parts, separator: " union all ")))
      select part.kind, \(sql: key.id)::bigint as key, \(sql: key.name)::text as name, part.currency,
        \(query: bucket)::date as day, sum(part.inflow) as inflow, sum(part.outflow) as outflow,
        \(query: rateDay(in: ledgerID))::date as rate_day
      from part \(query: join) \(sql: key.join)
      where \(query: isCounted)
      group by 1, 2, 3, 4, 5, 8
      having sum(part.inflow) + sum(part.outflow) > 0
      """
    return days.isEmpty ? query : query.plannedEachTime
  }

  private func chosen(in ledgerID: Int64) -> PostgresQuery {
    switch accounts {
    case .categories:
      let condition = filter.category.map { Self.isIn($0) } ?? "true"
      return """
        select id, kind from account
        where ledger_id = \(ledgerID) and kind in ('income', 'expense') and \(query: condition)
        """
    case .real:
      let condition: PostgresQuery = filter.accountID.map { "id = \($0)" } ?? "true"
      return """
        select id, kind from account
        where ledger_id = \(ledgerID) and kind in ('asset', 'liability') and \(query: condition)
        """
    }
  }

  private static func isIn(_ category: TransactionFilter.Category) -> PostgresQuery {
    switch category {
    case .id(let id): "type is null and (id = \(id) or parent_id = \(id))"
    case .none: "type = 'uncategorized'"
    }
  }

  private var key: (id: StaticString, name: StaticString, join: StaticString) {
    switch grouping {
    case .kind: ("null", "null", "")
    case .account: ("part.account", "null", "")
    case .payee: ("payee.id", "payee.name", "left join payee on payee.id = t.payee_id")
    case .tag:
      (
        "tag.id", "tag.name",
        "left join lateral unnest(t.tag_ids) as own (tag) on true left join tag on tag.id = own.tag"
      )
    }
  }

  /// The last day of the interval that a part is of.
  private var bucket: PostgresQuery {
    let end: PostgresQuery =
      switch interval {
      case nil: "\(period.last)::date"
      case .day: "part.date"
      case .week:
        "least(date_trunc('week', part.date::timestamp)::date + 6, \(period.last)::date)"
      case .month:
        """
        least((date_trunc('month', part.date::timestamp) + interval '1 month')::date - 1,
          \(period.last)::date)
        """
      }
    guard isRunning else { return end }
    return """
      case when part.date < \(period.first)::date then \(period.first)::date - 1
        else \(query: end) end
      """
  }

  private func rateDay(in ledgerID: Int64) -> PostgresQuery {
    switch accounts {
    case .real: "null"
    case .categories:
      """
      case when part.currency <> (select currency from ledger where id = \(ledgerID))
        then (date_trunc('month', part.date::timestamp) + interval '1 month')::date - 1 end
      """
    }
  }

  private func transactionConditions(in ledgerID: Int64) -> [PostgresQuery] {
    var conditions: [PostgresQuery] = []
    if let payeeID = filter.payeeID { conditions.append("t.payee_id = \(payeeID)") }
    if let tag = filter.tag {
      // Overlap, since every array contains an empty one.
      conditions.append(
        """
        t.tag_ids && array(select id from tag
          where ledger_id = \(ledgerID) and name_key = \(NameKey.key(of: tag)))
        """)
    }
    return conditions
  }

  // MARK: Stretches of time

  /// Whether the sums that are kept tell what is asked for.
  private var areMonthsEnough: Bool {
    let isCounterpartFree =
      switch accounts {
      case .categories: filter.accountID == nil
      case .real: filter.category == nil
      }
    return isCounterpartFree && counterpart == .any && filter.payeeID == nil && filter.tag == nil
      && (grouping == .kind || grouping == .account)
  }

  /// The whole months and the days that are read, without gap or overlap.
  private var stretches: (months: [Range<CivilMonth>], days: [Range<CivilDate>]) {
    var stretches: [(days: Range<CivilDate>, isByMonth: Bool)] = []
    if isRunning {
      stretches.append((CivilDate.first..<period.first, areMonthsEnough))
    }
    stretches.append((period.days, areMonthsEnough && (interval == nil || interval == .month)))
    var months: [Range<CivilMonth>] = []
    var days: [Range<CivilDate>] = []
    for (stretch, isByMonth) in stretches {
      guard isByMonth, let whole = Self.wholeMonths(of: stretch) else {
        days.append(stretch)
        continue
      }
      months.append(whole)
      days.append(stretch.lowerBound..<whole.lowerBound.firstDay)
      days.append(whole.upperBound.firstDay..<stretch.upperBound)
    }
    return (Self.joined(months), Self.joined(days))
  }

  private static func wholeMonths(of days: Range<CivilDate>) -> Range<CivilMonth>? {
    let month = days.lowerBound.civilMonth
    guard let first = days.lowerBound.day == 1 ? month : month.next,
      first < days.upperBound.civilMonth
    else { return nil }
    return first..<days.upperBound.civilMonth
  }

  /// The ranges without empty ones, and one where one goes on where another ends.
  private static func joined<Bound>(_ ranges: [Range<Bound>]) -> [Range<Bound>] {
    ranges.reduce(into: []) { joined, range in
      guard !range.isEmpty else { return }
      if let last = joined.last, last.upperBound == range.lowerBound {
        joined[joined.count - 1] = last.lowerBound..<range.upperBound
      } else {
        joined.append(range)
      }
    }
  }

  // MARK: Parts

  /// Sums of whole months, on the last day of each.
  private func months(_ months: Range<CivilMonth>, in ledgerID: Int64) -> PostgresQuery {
    """
    select chosen.kind, chosen.id as account, null::bigint as transaction_id, m.currency,
      (m.month + interval '1 month')::date - 1 as date, m.inflow, m.outflow
    from chosen join account_month m on m.account_id = chosen.id
    where m.ledger_id = \(ledgerID) and m.month >= \(months.lowerBound)::date
      and m.month < \(months.upperBound)::date
    """
  }

  /// Entries of some days, by their two directions, for each of which there is an index. OFFSET has
  /// Postgres use it, account by account: else it may read all entries there are.
  private func days(_ days: Range<CivilDate>, in ledgerID: Int64) -> [PostgresQuery] {
    [
      """
      select chosen.kind, chosen.id as account, e.transaction_id, e.currency, e.date,
        e.amount::numeric as inflow, 0::numeric as outflow
      from chosen cross join lateral (
        select * from entry
        where to_account = chosen.id and not deleted and date >= \(days.lowerBound)::date
          and date < \(days.upperBound)::date and \(query: other("from_account", in: ledgerID))
        offset 0
      ) e
      """,
      """
      select chosen.kind, chosen.id, e.transaction_id, e.currency, e.date, 0::numeric,
        e.amount::numeric
      from chosen cross join lateral (
        select * from entry
        where from_account = chosen.id and not deleted and date >= \(days.lowerBound)::date
          and date < \(days.upperBound)::date and \(query: other("to_account", in: ledgerID))
        offset 0
      ) e
      """,
    ]
  }

  /// What must hold for an entry's other end.
  private func other(_ account: StaticString, in ledgerID: Int64) -> PostgresQuery {
    switch (accounts, counterpart) {
    case (.categories, _):
      filter.accountID.map { "\(sql: account) = \($0)" } ?? "true"
    case (.real, .opening):
      // They are in no category.
      filter.category == nil
        ? """
        \(sql: account) = any(array(select id from account
          where ledger_id = \(ledgerID) and kind = 'equity' and type = 'opening'))
        """ : "false"
    case (.real, .any):
      filter.category.map { category in
        """
        \(sql: account) = any(array(select id from account
          where ledger_id = \(ledgerID) and kind in ('income', 'expense')
            and \(query: Self.isIn(category))))
        """
      } ?? "true"
    }
  }
}
