import PostgresClient
import Tenancy

/// Reads the budgets of one ledger.
package struct BudgetStore: Sendable {
  private let ledger: LedgerDatabase

  package init(_ ledger: LedgerDatabase) {
    self.ledger = ledger
  }

  /// The budget of a month, in one round trip.
  ///
  /// - Parameter month: in the years of ``ReportPeriod/years``, as for all that follows.
  /// - Throws: As ``LedgerDatabase/query(_:)``.
  package func budget(_ month: CivilMonth) async throws -> Budget {
    try Self.budget(month, try await ledger.read(Self.queries(month, in: ledger.ledgerID)))
  }

  /// Those of the lines that are there.
  ///
  /// - Throws: As ``LedgerDatabase/query(_:)``.
  package func lines(_ ids: [Int64]) async throws -> [BudgetLine] {
    try await ledger.query(
      """
      select b.id, b.category_id, b.month, b.assigned, l.currency, b.rollover, b.version
      from budget b join ledger l on l.id = b.ledger_id
      where b.ledger_id = \(ledger.ledgerID) and b.id = any(\(ids))
      """
    ).map { row in
      BudgetLine(
        id: try row.decode(0), categoryID: try row.decode(1),
        month: try row.decode(2, as: CivilDate.self).civilMonth,
        assigned: Money(
          minorUnits: try row.decode(3), currency: Currency(code: try row.decode(4))),
        rollover: try row.decodeIfPresent(5, as: String.self).flatMap(Rollover.init),
        version: try row.decode(6))
    }
  }

  /// What was assigned in the months that a period touches, and what was spent in the period, by
  /// category.
  ///
  /// - Throws: As ``LedgerDatabase/query(_:)``.
  package func comparison(
    _ period: ReportPeriod, _ filter: ReportFilter
  ) async throws -> (currency: Currency, lines: [BudgetComparison]) {
    let sums = EntrySums(
      accounts: .categories, grouping: .account, period: period, filter: filter)
    let results = try await ledger.read([
      sums.query(in: ledger.ledgerID),
      RateStore.query(in: ledger.ledgerID, at: [period.last]),
      ReportStore.categoryQuery(in: ledger.ledgerID),
      """
      select category_id, sum(assigned) from budget
      where ledger_id = \(ledger.ledgerID) and month >= \(period.first.civilMonth)::date
        and month <= \(period.last)::date
      group by 1
      """,
    ])
    let assigned = Dictionary(
      uniqueKeysWithValues: try results[3].map { row in
        (try row.decode(0, as: Int64.self), try row.decode(1, as: Int128.self))
      })
    let spent = Dictionary(grouping: try results[0].map(EntrySums.Row.init)) { $0.key ?? 0 }
    let rates = try RateStore.table(results[1])
    let tree = try ReportCategories(results[2])
    let lines = tree.all.compactMap { category -> BudgetComparison? in
      guard !category.isIncome, !category.isUncategorized, filter.category?.holds(category) ?? true
      else { return nil }
      let rows = ([category] + tree.children(of: category)).flatMap { spent[$0.id] ?? [] }
      guard assigned[category.id] != nil || !rows.isEmpty else { return nil }
      return BudgetComparison(
        categoryID: category.id, name: category.name, assigned: assigned[category.id] ?? 0,
        spent: ConvertedSums(rows.byCurrency, at: period.last, rates))
    }
    return (rates.currency, lines)
  }
}

extension TransactionFilter.Category {
  fileprivate func holds(_ category: ReportCategories.Category) -> Bool {
    switch self {
    case .id(let id): category.id == id || category.parentID == id
    case .none: false
    }
  }
}

// MARK: - A month

extension BudgetStore {
  /// The statements whose results ``budget(_:_:)`` takes.
  static func queries(_ month: CivilMonth, in ledgerID: Int64) -> [PostgresQuery] {
    let income = EntrySums(accounts: .categories, period: ReportPeriod(checked: month))
    return [
      ReportStore.categoryQuery(in: ledgerID), lines(until: month, in: ledgerID),
      spent(until: month, in: ledgerID), policies(at: month, in: ledgerID),
      income.query(in: ledgerID), RateStore.query(in: ledgerID, at: [month.lastDay]),
    ]
  }

  /// Each expense category, and the first month whose rest can still be felt in `month`: a month whose
  /// policy is `none`, as all are until one says otherwise, carries nothing on.
  private static func categories(until month: CivilMonth, in ledgerID: Int64) -> PostgresQuery {
    """
    segment as (
      select category_id, month, rollover,
        lead(month, 1, \(month)::date) over (partition by category_id order by month) as next
      from budget
      where ledger_id = \(ledgerID) and rollover is not null and month < \(month)::date
    ), start as (
      select category_id, greatest(min(month), max(next) filter (where rollover = 'none')) as month
      from segment group by 1
    ), category as (
      select account.id, coalesce(start.month, \(month)::date) as start
      from account left join start on start.category_id = account.id
      where ledger_id = \(ledgerID) and kind = 'expense'
    )
    """
  }

  private static func lines(until month: CivilMonth, in ledgerID: Int64) -> PostgresQuery {
    """
    with \(query: categories(until: month, in: ledgerID))
    select category.id, budget.month, budget.assigned, budget.rollover
    from category join budget on budget.category_id = category.id
    where budget.ledger_id = \(ledgerID) and budget.month >= category.start
      and budget.month <= \(month)::date
    """
  }

  /// What was spent in each category and those in it, by month and currency.
  private static func spent(until month: CivilMonth, in ledgerID: Int64) -> PostgresQuery {
    """
    with \(query: categories(until: month, in: ledgerID)),
    spent as (
      select category.id, m.month, m.currency, sum(m.inflow - m.outflow) as spent
      from category
      join account on account.id = category.id or account.parent_id = category.id
      join account_month m on m.account_id = account.id
      where m.ledger_id = \(ledgerID) and m.month >= category.start and m.month <= \(month)::date
      group by 1, 2, 3
      having sum(m.inflow + m.outflow) > 0
    ), rated as (
      select month.month, month.currency, applied.date, applied.rate, applied.is_inverse
      from (
        select distinct spent.month, spent.currency, own.currency as own,
          (spent.month + interval '1 month')::date - 1 as last
        from spent join ledger own on own.id = \(ledgerID) and own.currency <> spent.currency
      ) month
      join \(query: RateStore.latest(
        in: ledgerID, of: "month.currency", into: "month.own", on: "month.last")) applied on true
    )
    select spent.id, spent.month, spent.currency, spent.spent, \(sql: RateStore.appliedColumns)
    from spent
    left join rated applied on applied.month = spent.month and applied.currency = spent.currency
    order by spent.month, spent.currency, spent.id
    """
  }

  private static func policies(at month: CivilMonth, in ledgerID: Int64) -> PostgresQuery {
    """
    select distinct on (category_id) category_id, rollover from budget
    where ledger_id = \(ledgerID) and rollover is not null and month <= \(month)::date
    order by category_id, month desc
    """
  }

  /// The budget that the results of ``queries(_:in:)`` are of.
  static func budget(_ month: CivilMonth, _ results: [PostgresRows]) throws -> Budget {
    let rates = try RateStore.table(results[5])
    let tree = try ReportCategories(results[0])
    var builder = BudgetBuilder(tree, month, rates.currency)
    for row in results[1] { try builder.addLine(row) }
    for row in results[2] { try builder.addSpent(row) }
    let policies = Dictionary(
      uniqueKeysWithValues: try results[3].map { row in
        (
          try row.decode(0, as: Int64.self),
          Rollover(rawValue: try row.decode(1)) ?? Rollover.none
        )
      })
    let income = try results[4].map(EntrySums.Row.init).filter { $0.kind == .income }
    return builder.budget(
      policies, income: ConvertedSums(income.byCurrency, at: month.lastDay, rates))
  }
}

private struct BudgetBuilder {
  private let tree: ReportCategories
  private let month: CivilMonth
  private let currency: Currency
  private let uncategorized: Int64?
  private var months: [Int64: [CivilMonth: BudgetChain.Month]] = [:]
  private var unconverted: [Budget.Unconverted] = []
  private var rates: Set<Budget.MonthRate> = []

  init(_ tree: ReportCategories, _ month: CivilMonth, _ currency: Currency) {
    self.tree = tree
    self.month = month
    self.currency = currency
    uncategorized = tree.all.first { $0.isUncategorized && !$0.isIncome }?.id
  }

  mutating func addLine(_ row: PostgresRow) throws {
    let line = BudgetChain.Month(
      assigned: try row.decode(2),
      rollover: try row.decodeIfPresent(3, as: String.self).flatMap(Rollover.init))
    months[try row.decode(0), default: [:]][try row.decode(1, as: CivilDate.self).civilMonth] = line
  }

  mutating func addSpent(_ row: PostgresRow) throws {
    let category: Int64 = try row.decode(0)
    let month = try row.decode(1, as: CivilDate.self).civilMonth
    let spending = Currency(code: try row.decode(2))
    let spent: Int128 = try row.decode(3)
    let rate = try RateStore.applied(row, of: spending, into: currency)
    let converted = spending == currency ? spent : rate?.converted(spent, of: spending)
    guard let converted else {
      unconverted.append(
        Budget.Unconverted(
          currency: spending, month: month,
          categoryID: category == uncategorized ? nil : category, spent: spent))
      return
    }
    months[category, default: [:]][month, default: .init()].spent += converted
    if let rate { rates.insert(.init(currency: spending, month: month, rate: rate)) }
  }

  func budget(_ policies: [Int64: Rollover], income: ConvertedSums) -> Budget {
    let lines = tree.all.compactMap { category -> Budget.Line? in
      guard !category.isIncome, !category.isUncategorized,
        !category.isArchived || months[category.id] != nil
      else { return nil }
      return line(category, policies[category.id] ?? .none)
    }
    return Budget(
      month: month, currency: currency, income: income, lines: lines,
      uncategorized: uncategorized.flatMap { months[$0]?[month]?.spent } ?? 0,
      unconverted: unconverted,
      rates: rates.sorted {
        ($0.month, $0.currency.code) < ($1.month, $1.currency.code)
      })
  }

  private func line(_ category: ReportCategories.Category, _ policy: Rollover) -> Budget.Line {
    let known = months[category.id] ?? [:]
    let chain = consecutive(known)
    // It ends with this month.
    let last = BudgetChain.lines(chain)[chain.count - 1]
    return Budget.Line(
      categoryID: category.id, name: category.name, parentID: category.parentID,
      assigned: chain[chain.count - 1].assigned, spent: chain[chain.count - 1].spent,
      carried: last.carried, left: last.left, rollover: policy)
  }

  /// The months from the first one that is known to this one, without gaps.
  private func consecutive(_ known: [CivilMonth: BudgetChain.Month]) -> [BudgetChain.Month] {
    let first = min(known.keys.min() ?? month, month)
    return sequence(first: first, next: \.next).prefix { $0 <= month }
      .map { known[$0] ?? BudgetChain.Month() }
  }
}
