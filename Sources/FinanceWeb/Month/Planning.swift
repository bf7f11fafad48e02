import Finance
import Tenancy

/// What the table of categories offers beside its lines.
struct Planning: Sendable {
  let isPlanning: Bool
  let leftToAssign: Figure?
  /// Where what is typed goes; nil for who may not, and where nothing can be typed.
  let assigning: String?
  let copying: String?
  let copyText: String
  let planLink: String?
  let planText: String
  let managing: String
  /// Where a set of categories to begin with comes from, as long as there are none.
  let starting: String?
  let hasFault: Bool

  init(_ figures: MonthFigures, _ plan: MonthPage.Plan, _ visit: LedgerVisit) {
    let (words, locale) = (visit.words.categoryWords, visit.locale)
    let hasPlan = figures.hasPlan
    isPlanning = plan.showsAll
    leftToAssign =
      hasPlan || plan.showsAll
      ? Figure(figures.budget.leftToAssign, figures.currency, locale, symbol: true) : nil
    assigning = visit.canWrite && (hasPlan || plan.showsAll) ? visit.link("/budgets") : nil
    // What is assigned already is not lost.
    let canCopy = plan.showsAll && figures.assignedBefore > 0 && figures.budget.assigned == 0
    copying = visit.canWrite && canCopy ? visit.link("/budgets/copy") : nil
    copyText = words.copyPlan.filled(
      locale.monthName(figures.monthBefore),
      locale.number(figures.assignedBefore, figures.currency))
    let month = "?month=\(figures.month)"
    planLink =
      visit.canWrite && !figures.categories.isEmpty
      ? visit.link("\(month)\(plan.showsAll ? "" : "&plan=all")#categories-title") : nil
    planText = plan.showsAll ? words.planUsed : hasPlan ? words.planAll : words.planMonth
    managing = visit.link("/categories")
    starting =
      visit.canWrite && figures.categories.isEmpty ? visit.link("/categories/starters") : nil
    hasFault = !plan.faulty.isEmpty
  }
}
