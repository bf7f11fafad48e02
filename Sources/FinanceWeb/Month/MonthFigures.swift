import Finance
import Tenancy

/// What the page of a month is drawn from: the reports that the API answers with.
struct MonthFigures: Sendable {
  let period: ReportPeriod
  /// The month before; nil of the first month that books are kept in.
  let before: ReportPeriod?
  let monthBefore: CivilMonth
  let today: CivilDate
  /// Income and expense of each day of the month before and of the month.
  let days: [IntervalSums]
  let budget: Budget
  let accounts: [Account]
  let upcoming: [Occurrence]
  let transfers: [TransferSuggestion]
  /// What has no category, up to ``maximumUncategorized`` of it.
  let uncategorized: [Transaction]
  /// At the end of each of the last twelve months that books are kept in.
  let worth: [IntervalSums]
  let register: TransactionStore.Page
  let categories: [Category]
  /// What was assigned in the month before, where the month is planned.
  let assignedBefore: Int128
  /// What came in and went out by category, groups with what is in them.
  let flows: [CategorySums]
  /// The date of each account's last statement that is finished.
  let reconciled: [Int64: CivilDate]
  /// Files of banks that are not in the books yet.
  let waiting: [Import]

  static let maximumUncategorized = 100
  private static let registerLength = 12
  private static let maximumWaiting = 3

  /// All figures are of one moment.
  ///
  /// - Parameter plans: whether somebody is about to assign.
  /// - Throws: `NotFound` if the month is none that books are kept in; as the stores do.
  init(of month: CivilMonth, plans: Bool, _ visit: LedgerVisit) async throws {
    let today = visit.today
    self = try await visit.database.snapshot { database in
      try await MonthFigures(of: month, today: today, plans: plans, database)
    }
  }

  private init(
    of month: CivilMonth, today: CivilDate, plans: Bool, _ database: LedgerDatabase
  ) async throws {
    let before = month.previous.flatMap { ReportPeriod($0) }
    guard let period = ReportPeriod(month), let monthBefore = month.previous,
      let both = ReportPeriod(from: (before ?? period).first, through: period.last),
      let year = Self.year(through: period),
      let eachDay = both.intervals(.day), let eachMonth = year.intervals(.month)
    else { throw NotFound() }
    self.period = period
    self.before = before
    self.monthBefore = monthBefore
    self.today = today
    var inMonth = TransactionFilter()
    inMonth.startDate = period.first
    inMonth.endDate = period.last
    var withoutCategory = TransactionFilter()
    withoutCategory.category = TransactionFilter.Category.none

    days = try await ReportStore(database, both, ReportFilter()).cashFlow(.day, eachDay)
    worth = try await ReportStore(database, year, ReportFilter()).netWorth(.month, eachMonth)
    flows = try await ReportStore(database, period, ReportFilter()).byCategory().lines
    budget = try await BudgetStore(database).budget(month)
    assignedBefore =
      plans && before != nil ? try await BudgetStore(database).budget(monthBefore).assigned : 0
    accounts = try await AccountStore(database).list(at: nil).filter { $0.closedOn == nil }
    upcoming = try await RecurrenceStore(database)
      .upcoming(until: nil, after: nil, limit: 100).occurrences
    transfers = try await TransferSuggestionStore(database).list(after: nil, limit: 20).suggestions
    uncategorized = try await TransactionStore(database)
      .list(withoutCategory, after: nil, limit: Self.maximumUncategorized).transactions
    register = try await TransactionStore(database)
      .list(inMonth, after: nil, limit: Self.registerLength)
    categories = try await CategoryStore(database).list()
    reconciled = try await ReconciliationStore(database).lastFinished()
    waiting = try await ImportStore(database)
      .list(.preview, after: nil, limit: Self.maximumWaiting).imports
  }

  /// The month and the eleven before it, without those that no books are kept in.
  private static func year(through month: ReportPeriod) -> ReportPeriod? {
    let first = month.first.civilMonth
    return (-11...0).lazy.compactMap { first.adding(months: $0).flatMap { ReportPeriod($0) } }
      .first.flatMap { ReportPeriod(from: $0.first, through: month.last) }
  }

  var month: CivilMonth { period.first.civilMonth }
  var currency: Currency { budget.currency }
  var isCurrent: Bool { month.contains(today) }

  /// - Parameter period: nil is one that nothing is in.
  func sums(of period: ReportPeriod?) -> SumPair {
    var sums = SumPair.zero
    guard let period else { return sums }
    for day in days where period.days.contains(day.period.first) { sums += day.sums.total }
    return sums
  }

  /// What was spent up to each day of a month, the days to come left out.
  ///
  /// - Parameter period: nil is one that nothing is in.
  func spending(in period: ReportPeriod?) -> [Int128] {
    guard let period else { return [] }
    var sum: Int128 = 0
    return days.filter { period.days.contains($0.period.first) && $0.period.first <= today }
      .map { day in
        sum += day.sums.total.minus
        return sum
      }
  }

  /// Whether a category has something to spend, assigned or carried into the month.
  var hasPlan: Bool { budget.lines.contains { $0.assigned != 0 || $0.carried != 0 } }

  /// What may be spent in the month: what is assigned, and what was carried into it; nil if nothing is
  /// planned.
  var plan: Int128? {
    guard budget.assigned > 0 else { return nil }
    return budget.lines.reduce(budget.assigned) { $0 + $1.carried }
  }

  /// What is left of the plan, or else of what came in.
  var left: Int128 {
    let sums = sums(of: period)
    return (plan ?? sums.plus) - sums.minus
  }

  /// The days that the rest is for, today included; nil in a month that is over or is yet to come.
  var remainingDays: Int? {
    isCurrent ? period.days.upperBound.daysSinceEpoch - today.daysSinceEpoch : nil
  }

  /// The lowest that the accounts of daily life come to, by what is due.
  var lowest: (balance: Int128, date: CivilDate)? {
    let liquid = Dictionary(
      uniqueKeysWithValues: accounts.filter {
        [.checking, .cash].contains($0.type) && $0.currency == currency
      }.map { ($0.id, $0.balance) })
    guard !liquid.isEmpty, !upcoming.isEmpty else { return nil }
    var balance = liquid.values.reduce(0, +)
    var lowest = (balance: balance, date: today)
    for occurrence in upcoming {
      balance += occurrence.recurrence.template.change(of: Set(liquid.keys), in: currency)
      if balance < lowest.balance { lowest = (balance, max(occurrence.date, today)) }
    }
    return lowest
  }
}

extension TransactionTemplate {
  /// What it adds to the accounts together: what moves between two of them is nothing.
  fileprivate func change(of accounts: Set<Int64>, in currency: Currency) -> Int128 {
    var change: Int128 = 0
    if accounts.contains(accountID), money.currency == currency {
      change += Int128(money.minorUnits)
    }
    let parts =
      splits.isEmpty
      ? [(target, money)] : splits.map { ($0.target, $0.money) }
    for (target, money) in parts {
      guard let other = target.transferAccountID, accounts.contains(other) else { continue }
      change += Int128(target.transferMoney?.minorUnits ?? -money.minorUnits)
    }
    return change
  }
}
