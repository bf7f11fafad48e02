import Finance
import Tenancy

/// The page of a month.
struct MonthPage: Sendable {
  /// How what is assigned is shown.
  struct Plan: Sendable {
    /// Whether categories are shown that nothing is in.
    var showsAll = false
    /// What was typed and is not assigned, by category.
    var typed: [Int64: String] = [:]
    /// The categories for which it is no amount.
    var faulty: Set<Int64> = []
    /// Why nothing of it is assigned.
    var refusal: Refusal?
  }

  let month: String
  let monthName: String
  let key: String
  let previous: String?
  let next: String?
  let notice: Notice?
  let left: Figure
  let leftTitle: String
  let leftBasis: String
  let perDay: Figure?
  let perDayText: String
  let income: Figure
  let spending: Figure
  let net: Figure
  let comparison: String
  let pace: PaceChart
  let attention: Attention
  let lines: [CategoryLine]
  let hasPlan: Bool
  let planning: Planning
  let flow: FlowChart?
  let coming: Coming?
  let accounts: [AccountLine]
  let hasAccounts: Bool
  let makesFirstAccount: Bool
  let currencyCode: String
  let isExample: Bool
  let worth: WorthChart
  let days: [RegisterDay]
  let isEmpty: Bool
  /// Where what a bank has is brought in, if the ledger has an account for it.
  let importing: String?
  let all: String
  let here: String
  let canWrite: Bool

  init(_ figures: MonthFigures, _ plan: Plan, _ visit: LedgerVisit, _ notice: Notice?) {
    let (locale, words, currency) = (visit.locale, visit.words, figures.currency)
    func figure(
      _ amount: Int128, plus: Bool = false, link: String? = nil
    ) -> Figure {
      Figure(amount, currency, locale, symbol: true, plus: plus, link: link)
    }
    let range = "from=\(figures.period.first)&until=\(figures.period.last)"
    let list = visit.link("/transactions?\(range)")
    month = locale.month(figures.month)
    monthName = locale.monthName(figures.month)
    key = figures.month.description
    // The books end where their years do.
    let following = figures.month.next.flatMap { ReportPeriod($0) }
    previous = figures.before.map { visit.link("?month=\($0.first.civilMonth)") }
    next = following.map { visit.link("?month=\($0.first.civilMonth)") }
    self.notice = notice

    let sums = figures.sums(of: figures.period)
    let before = figures.sums(of: figures.before)
    left = figure(figures.left, link: list)
    leftTitle = figures.month < figures.today.civilMonth ? words.leftAtEnd : words.leftToSpend
    leftBasis = figures.plan == nil ? words.ofIncome : words.ofPlan
    let days = figures.remainingDays ?? 0
    perDay = days > 0 && figures.left > 0 ? figure(figures.left / Int128(days)) : nil
    perDayText = days == 1 ? words.aDayLast : words.aDay.filled(days)
    income = figure(sums.plus, link: "\(list)&kind=income")
    spending = figure(sums.minus, link: "\(list)&kind=expense")
    net = figure(sums.net, plus: true, link: list)
    let change = sums.net - before.net
    comparison =
      change == 0
      ? ""
      : (locale.symbolLeads ? "\(locale.symbol(currency))\u{a0}" : "")
        + locale.number(Int128(change.magnitude), currency)
        + (locale.symbolLeads ? "" : "\u{a0}\(locale.symbol(currency))")
        + " \(change < 0 ? words.less : words.more) "
        + words.comparedWith.filled(locale.monthName(figures.monthBefore))

    pace = PaceChart(figures, locale)
    attention = Attention(figures, visit)
    lines = CategoryLine.lines(figures, plan, visit, list)
    hasPlan = figures.hasPlan || plan.showsAll
    planning = Planning(figures, plan, visit)
    flow = FlowChart(figures, visit, list)
    coming = figures.isCurrent ? Coming(figures, visit) : nil
    accounts = figures.accounts.map { AccountLine($0, figures.reconciled[$0.id], visit) }
    hasAccounts = !accounts.isEmpty
    makesFirstAccount = accounts.isEmpty && visit.canWrite
    currencyCode = currency.code
    isExample = visit.isExample
    worth = WorthChart(figures, locale)
    self.days = RegisterDay.days(
      figures.register.transactions,
      TransactionRow.Names(figures.categories, figures.accounts, visit), today: figures.today)
    isEmpty = self.days.isEmpty
    importing =
      visit.canWrite && hasAccounts ? visit.link("/imports") : nil
    all = list
    here = visit.path("?month=\(figures.month)\(plan.showsAll ? "&plan=all" : "")")
    canWrite = visit.canWrite
  }
}

/// An account, what is in it, and the day up to which the bank says so too.
struct AccountLine: Sendable {
  let name: String
  let balance: Figure
  let checkedOn: String?
  let checkedText: String
  let reconciling: String

  init(_ account: Account, _ reconciled: CivilDate?, _ visit: LedgerVisit) {
    name = account.name
    checkedOn = reconciled.map { date in
      date.year == visit.today.year ? visit.locale.day(date) : visit.locale.date(date)
    }
    checkedText =
      reconciled.map { visit.words.reconciled.filled(visit.locale.date($0)) } ?? ""
    reconciling = visit.link("/accounts/\(account.id)/reconciliations")
    balance = Figure(
      account.balance, account.currency, visit.locale,
      symbol: account.currency != visit.ledger.currency,
      link: visit.link("/transactions?account=\(account.id)"))
  }
}
