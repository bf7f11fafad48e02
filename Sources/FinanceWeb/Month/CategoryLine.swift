import Finance
import Tenancy

/// A category in the month: what was planned, spent and is left.
struct CategoryLine: Sendable {
  let name: String
  let isGroup: Bool
  let isChild: Bool
  let planned: Figure?
  let spent: Figure
  let remaining: Figure?
  let carried: String?
  /// How much of the plan is spent, in percent of the bar.
  let share: Int
  let isOver: Bool
  let hasBar: Bool

  /// Groups with what is in them, those that have something to say.
  static func lines(
    _ figures: MonthFigures, _ visit: LedgerVisit, _ list: String
  ) -> [CategoryLine] {
    let children = Dictionary(grouping: figures.budget.lines) { $0.parentID ?? 0 }
    let most = figures.budget.lines.map(\.spent).max() ?? 0
    var lines: [CategoryLine] = []
    for top in children[0] ?? [] {
      let inside = (children[top.categoryID] ?? []).filter(\.isUsed)
      guard top.isUsed || !inside.isEmpty else { continue }
      let parts = Parts(
        assigned: inside.map(\.assigned).reduce(top.assigned, +),
        carried: inside.map(\.carried).reduce(top.carried, +), spent: top.spent)
      lines.append(
        CategoryLine(
          top, parts, figures, visit, list, most: most, isGroup: !inside.isEmpty, isChild: false))
      lines += inside.map { line in
        CategoryLine(
          line, Parts(assigned: line.assigned, carried: line.carried, spent: line.spent), figures,
          visit, list, most: most, isGroup: false, isChild: true)
      }
    }
    return lines
  }

  private struct Parts {
    let assigned: Int128
    let carried: Int128
    let spent: Int128

    var available: Int128 { assigned + carried }
  }

  private init(
    _ line: Budget.Line, _ parts: Parts, _ figures: MonthFigures, _ visit: LedgerVisit,
    _ list: String, most: Int128, isGroup: Bool, isChild: Bool
  ) {
    let (locale, currency) = (visit.locale, figures.currency)
    name = line.name
    self.isGroup = isGroup
    self.isChild = isChild
    let isPlanned = parts.available != 0
    planned = isPlanned ? Figure(parts.assigned, currency, locale) : nil
    spent = Figure(
      parts.spent, currency, locale, link: "\(list)&category=\(line.categoryID)")
    remaining = isPlanned ? Figure(parts.available - parts.spent, currency, locale) : nil
    carried =
      parts.carried == 0
      ? nil : "\(visit.words.carried) \(locale.number(parts.carried, currency, plus: true))"
    isOver = isPlanned && parts.spent > parts.available
    // Without a plan, bars compare the categories with one another.
    let whole = figures.plan == nil ? most : parts.available
    share = whole > 0 ? Int(min(100, max(0, parts.spent * 100 / whole))) : 0
    hasBar = whole > 0 && (figures.plan == nil || isPlanned)
  }
}

extension Budget.Line {
  fileprivate var isUsed: Bool { assigned != 0 || spent != 0 || carried != 0 }
}
