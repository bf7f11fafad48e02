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
  /// - Throws: ``NotFound`` for a month outside of ``ReportPeriod/years``; as ``LedgerDatabase/query(_:)``.
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
      RateStore.query(in: ledger.ledgerID, at: period.months.map(\.lastDay)),
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
    let rates = try RateStore.table(results[1])
    let spent = Dictionary(grouping: try results[0].map(EntrySums.Row.init)) { $0.key ?? 0 }
      .mapValues { ConvertedSums($0.flows, rates) }
    let nothing = ConvertedSums(currency: rates.currency)
    let tree = try ReportCategories(results[2])
    let lines = tree.all.compactMap { category -> BudgetComparison? in
      guard !category.isIncome, !category.isUncategorized, filter.category?.holds(category) ?? true
      else { return nil }
      let ids = ([category] + tree.children(of: category)).map(\.id)
      guard ids.contains(where: { assigned[$0] != nil || spent[$0] != nil }) else { return nil }
      return BudgetComparison(
        categoryID: category.id, name: category.name, parentID: category.parentID,
        assigned: ids.reduce(0) { $0 + (assigned[$1] ?? 0) },
        directAssigned: assigned[category.id] ?? 0,
        spent: ids.compactMap { spent[$0] }.reduce(nothing, +),
        directSpent: spent[category.id] ?? nothing)
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
  ///
  /// - Throws: ``NotFound`` for a month outside of ``ReportPeriod/years``.
  static func queries(
    _ month: CivilMonth, in ledgerID: Int64
  ) throws(NotFound) -> [PostgresQuery] {
    guard let period = ReportPeriod(month) else { throw NotFound() }
    let income = EntrySums(accounts: .categories, period: period)
    return [
      ReportStore.categoryQuery(in: ledgerID), lines(until: month, in: ledgerID),
      spent(until: month, in: ledgerID), plans(at: month, in: ledgerID),
      income.query(in: ledgerID), RateStore.query(in: ledgerID, at: [month.lastDay]),
    ]
  }

  /// Each expense category, and the first month whose rest can still be felt in `month`: a month whose
  /// policy is `none`, as all are until one says otherwise, carries nothing on. A group may have paid for
  /// its children.
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
      select account.id,
        least(coalesce(own.month, \(month)::date), coalesce(above.month, \(month)::date)) as start
      from account
      left join start own on own.category_id = account.id
      left join start above on above.category_id = account.parent_id
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

  /// What was spent in each category, by month and currency.
  private static func spent(until month: CivilMonth, in ledgerID: Int64) -> PostgresQuery {
    """
    with \(query: categories(until: month, in: ledgerID)),
    spent as (
      select category.id, m.month, m.currency, m.inflow - m.outflow as spent
      from category cross join lateral (
        select month, currency, inflow, outflow from account_month
        where ledger_id = \(ledgerID) and account_id = category.id
          and month >= category.start and month <= \(month)::date and inflow + outflow > 0
        offset 0
      ) m
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

  /// The policy of each category, and the month since which it has a plan of its own: something was
  /// assigned to it, or something goes on.
  private static func plans(at month: CivilMonth, in ledgerID: Int64) -> PostgresQuery {
    """
    select category_id, min(month) filter (where assigned <> 0 or rollover <> 'none') as since,
      (array_agg(rollover order by month desc) filter (where rollover is not null))[1] as rollover
    from budget
    where ledger_id = \(ledgerID) and month <= \(month)::date
    group by 1
    """
  }

  /// The budget that the results of ``queries(_:in:)`` are of.
  static func budget(_ month: CivilMonth, _ results: [PostgresRows]) throws -> Budget {
    let rates = try RateStore.table(results[5])
    let tree = try ReportCategories(results[0])
    var builder = BudgetBuilder(tree, month, rates.currency)
    for row in results[1] { try builder.addLine(row) }
    for row in results[2] { try builder.addSpent(row) }
    for row in results[3] { try builder.addPlan(row) }
    let income = try results[4].map(EntrySums.Row.init).filter { $0.kind == .income }
    return builder.budget(income: ConvertedSums(income.flows, rates))
  }
}

private struct BudgetBuilder {
  private let tree: ReportCategories
  private let month: CivilMonth
  private let currency: Currency
  private let uncategorized: Int64?
  private var months: [Int64: [CivilMonth: BudgetChain.Month]] = [:]
  private var unconverted: [Budget.Unconverted] = []
  private var rates: Set<MonthRate> = []
  private var plans: [Int64: Plan] = [:]

  private struct Plan {
    let since: CivilMonth?
    let rollover: Rollover?
  }

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

  mutating func addPlan(_ row: PostgresRow) throws {
    plans[try row.decode(0)] = Plan(
      since: try row.decodeIfPresent(1, as: CivilDate.self)?.civilMonth,
      rollover: try row.decodeIfPresent(2, as: String.self).flatMap(Rollover.init))
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

  func budget(income: ConvertedSums) -> Budget {
    let categories = tree.all.filter { !$0.isIncome && !$0.isUncategorized }
    let direct = Dictionary(uniqueKeysWithValues: categories.map { ($0.id, sums(of: $0)) })
    let lines = categories.compactMap { category -> Budget.Line? in
      // All of them have sums.
      let own = direct[category.id]!
      let whole = tree.children(of: category).reduce(own) { $0 + direct[$1.id]! }
      guard !category.isArchived || whole != .init(assigned: 0, spent: 0, carried: 0) else {
        return nil
      }
      return Budget.Line(
        categoryID: category.id, name: category.name, parentID: category.parentID, direct: own,
        whole: whole, rollover: plans[category.id]?.rollover ?? .none)
    }
    return Budget(
      month: month, currency: currency, income: income, lines: lines,
      uncategorized: uncategorized.flatMap { months[$0]?[month]?.spent } ?? 0,
      unconverted: unconverted, rates: rates.sorted(by: MonthRate.isEarlier))
  }

  /// The category's own.
  private func sums(of category: ReportCategories.Category) -> Budget.Sums {
    let chain = consecutive(charged(to: category))
    let own = months[category.id]?[month] ?? BudgetChain.Month()
    // The chain ends with this month.
    return Budget.Sums(
      assigned: own.assigned, spent: own.spent,
      carried: BudgetChain.lines(chain)[chain.count - 1].carried)
  }

  /// What a category has to pay for: what is spent in it, and in its children while they have no plan of
  /// their own. So whoever plans groups only has them carry what is really left.
  private func charged(
    to category: ReportCategories.Category
  ) -> [CivilMonth: BudgetChain.Month] {
    tree.children(of: category).reduce(into: months[category.id] ?? [:]) { charged, child in
      let since = plans[child.id]?.since
      for (month, own) in months[child.id] ?? [:] where since.map({ month < $0 }) ?? true {
        charged[month, default: .init()].spent += own.spent
      }
    }
  }

  /// The months from the first one that is known to this one, without gaps.
  private func consecutive(_ known: [CivilMonth: BudgetChain.Month]) -> [BudgetChain.Month] {
    let first = min(known.keys.min() ?? month, month)
    return sequence(first: first, next: \.next).prefix { $0 <= month }
      .map { known[$0] ?? BudgetChain.Month() }
  }
}
