import Finance
import Tenancy

/// A category in the month: what was planned, spent and is left.
struct CategoryLine: Sendable {
  /// The field in which what is assigned is typed.
  struct Field: Sendable {
    let fieldID: String
    let fieldName: String
    let typed: String
    let isFaulty: Bool
  }

  let name: String
  let isGroup: Bool
  let isChild: Bool
  let planned: Figure?
  let cell: Field?
  let spent: Figure
  let remaining: Figure?
  let carried: String?
  let carriedOver: Figure?
  /// How much of the plan is spent, in percent of the bar.
  let share: Int
  let isOver: Bool
  let hasBar: Bool

  /// Groups with what is in them: those that have something to say, or all if they are planned.
  static func lines(
    _ figures: MonthFigures, _ plan: MonthPage.Plan, _ visit: LedgerVisit, _ list: String
  ) -> [CategoryLine] {
    let children = Dictionary(grouping: figures.budget.lines) { $0.parentID ?? 0 }
    let page = PageOfLines(
      figures: figures, plan: plan, visit: visit, list: list,
      most: figures.budget.lines.map(\.spent).max() ?? 0)
    return (children[0] ?? []).flatMap { top -> [CategoryLine] in
      let all = children[top.categoryID] ?? []
      let inside = all.filter { plan.showsAll || $0.isUsed }
      guard plan.showsAll || top.isUsed || !inside.isEmpty else { return [] }
      let own = Parts(top)
      guard !all.isEmpty else { return [page.line(top, own, .single)] }
      let parts = inside.map(Parts.init)
      // What belongs to the group, and to none that is in it.
      let direct = Parts(
        assigned: own.assigned, carried: own.carried,
        spent: own.spent - all.map(\.spent).reduce(0, +))
      var whole = parts.reduce(direct, +)
      whole.spent = own.spent
      var lines = [page.line(top, whole, .group)]
      if direct != .zero { lines.append(page.line(top, direct, .general)) }
      return lines + zip(inside, parts).map { page.line($0, $1, .child) }
    }
  }

  fileprivate struct Parts: Equatable {
    var assigned: Int128
    var carried: Int128
    var spent: Int128

    static let zero = Parts(assigned: 0, carried: 0, spent: 0)

    var available: Int128 { assigned + carried }

    static func + (left: Parts, right: Parts) -> Parts {
      Parts(
        assigned: left.assigned + right.assigned, carried: left.carried + right.carried,
        spent: left.spent + right.spent)
    }
  }

  fileprivate enum Place {
    case single, group, child
    /// What is in a group and in none of its categories.
    case general
  }
}

extension CategoryLine.Parts {
  fileprivate init(_ line: Budget.Line) {
    self.init(assigned: line.assigned, carried: line.carried, spent: line.spent)
  }
}

/// What all lines of a page share.
private struct PageOfLines {
  let figures: MonthFigures
  let plan: MonthPage.Plan
  let visit: LedgerVisit
  let list: String
  let most: Int128

  func line(
    _ line: Budget.Line, _ parts: CategoryLine.Parts, _ place: CategoryLine.Place
  ) -> CategoryLine {
    let (locale, currency) = (visit.locale, figures.currency)
    let isPlanned = parts.available != 0
    // Without a plan, bars compare the categories with one another.
    let whole = !figures.hasPlan ? most : parts.available
    return CategoryLine(
      name: place == .general
        ? visit.words.categoryWords.inGeneral.filled(line.name) : line.name,
      isGroup: place == .group, isChild: place == .child || place == .general,
      planned: isPlanned ? Figure(parts.assigned, currency, locale) : nil,
      cell: place == .group ? nil : field(line.categoryID, parts.assigned),
      spent: Figure(
        parts.spent, currency, locale, link: "\(list)&category=\(line.categoryID)"),
      remaining: isPlanned
        ? Figure(parts.available - parts.spent, currency, locale) : nil,
      carried: parts.carried == 0
        ? nil
        : "\(visit.words.carried) \(locale.number(parts.carried, currency, plus: true))",
      carriedOver: parts.carried == 0 ? nil : Figure(parts.carried, currency, locale, plus: true),
      share: whole > 0 ? Int(min(100, max(0, parts.spent * 100 / whole))) : 0,
      isOver: isPlanned && parts.spent > parts.available,
      hasBar: whole > 0 && (!figures.hasPlan || isPlanned))
  }

  private func field(_ category: Int64, _ assigned: Int128) -> CategoryLine.Field? {
    guard visit.canWrite, figures.hasPlan || plan.showsAll else { return nil }
    let typed = plan.typed[category]
    return CategoryLine.Field(
      fieldID: "assigned-\(category)", fieldName: BudgetForm.field(category, assigned),
      typed: typed ?? BudgetForm.text(of: assigned, figures.currency, visit.locale),
      isFaulty: plan.faulty.contains(category))
  }
}

extension Budget.Line {
  fileprivate var isUsed: Bool { assigned != 0 || spent != 0 || carried != 0 }
}
