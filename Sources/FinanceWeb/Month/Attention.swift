import Finance
import Tenancy

/// What somebody has to look at, and what can be done about it at once.
struct Attention: Sendable {
  struct Overspent: Sendable {
    let category: Int64
    let name: String
    let amount: Figure
    /// What has something left to give.
    let sources: [Choice]
    let isFirst: Bool
  }

  struct Transfer: Sendable {
    let isFirstTransfer: Bool
    let outgoing: Int64
    let incoming: Int64
    let text: String
    let amount: Figure
  }

  /// A bank's file that is not in the books yet.
  struct Waiting: Sendable {
    let fileLink: String
    let waitingText: String
    let isFirstFile: Bool
  }

  let count: Int
  let isQuiet: Bool
  let uncategorized: String?
  let uncategorizedLink: String
  let waiting: [Waiting]
  let transfers: [Transfer]
  let overspent: [Overspent]
  let covering: String

  private static let shownTransfers = 2
  private static let shownOverspent = 4
  private static let shownSources = 12

  init(_ figures: MonthFigures, _ visit: LedgerVisit) {
    let (words, locale) = (visit.words, visit.locale)
    let missing = figures.uncategorized.count
    uncategorized =
      switch missing {
      case 0: nil
      case 1: words.uncategorizedOne
      case MonthFigures.maximumUncategorized...:
        words.uncategorizedMany.filled("\(MonthFigures.maximumUncategorized)+")
      default: words.uncategorizedMany.filled(missing)
      }
    uncategorizedLink = visit.link("/transactions?category=none")
    let names = Dictionary(uniqueKeysWithValues: figures.accounts.map { ($0.id, $0.name) })
    transfers = figures.transfers.prefix(Self.shownTransfers).enumerated().map {
      index, suggestion in
      let (out, into) = (suggestion.outgoing, suggestion.incoming)
      return Transfer(
        isFirstTransfer: index == 0,
        outgoing: out.id, incoming: into.id,
        text:
          "\(names[out.accountID] ?? "") → \(names[into.accountID] ?? ""), \(locale.day(out.date))",
        amount: Figure(Int128(into.money.minorUnits), into.money.currency, locale, symbol: true))
    }
    waiting = figures.waiting.enumerated().map { index, file in
      let account = file.accountID.flatMap { names[$0] } ?? words.importWords.importTitle
      return Waiting(
        fileLink: visit.link("/imports/\(file.id)"),
        waitingText: words.monthWords.fileWaits.filled(account, file.counts.new),
        isFirstFile: index == 0)
    }
    let lines = Self.overspent(figures.budget)
    let sources = Self.sources(figures, visit)
    overspent = lines.prefix(Self.shownOverspent).enumerated().map { index, line in
      Overspent(
        category: line.categoryID, name: line.name,
        amount: Figure(
          -line.left, figures.currency, locale, symbol: true,
          link: visit.link(
            "/transactions?from=\(figures.period.first)&until=\(figures.period.last)"
              + "&category=\(line.categoryID)")),
        sources: sources, isFirst: index == 0)
    }
    covering = visit.link("/budgets/cover")
    count = missing + figures.transfers.count + lines.count + waiting.count
    isQuiet = count == 0
  }

  /// Those that have a plan and are over it, the most first. A group is one of them if the plan is its
  /// own, and not that of what is in it.
  private static func overspent(_ budget: Budget) -> [Budget.Line] {
    let planned = budget.lines.filter { $0.assigned != 0 || $0.carried != 0 }
    let divided = Set(planned.compactMap(\.parentID))
    return planned.filter { $0.left < 0 && !divided.contains($0.categoryID) }
      .sorted { $0.left < $1.left }
  }

  /// Where something is left, the most first.
  private static func sources(_ figures: MonthFigures, _ visit: LedgerVisit) -> [Choice] {
    let words = visit.words.categoryWords
    let divided = Set(figures.budget.lines.compactMap(\.parentID))
    let lines = figures.budget.lines.filter { $0.left > 0 && !divided.contains($0.categoryID) }
      .sorted { $0.left > $1.left }
    let more = Choice(value: "", label: words.coverMore, isChosen: true)
    return [more]
      + lines.prefix(shownSources).map { line in
        Choice(
          value: String(line.categoryID),
          label: words.coverLeft.filled(
            line.name, visit.locale.number(line.left, figures.currency)),
          isChosen: false)
      }
  }
}

/// What is due in the next weeks.
struct Coming: Sendable {
  struct Line: Sendable {
    let date: String
    let name: String
    let amount: Figure
  }

  let lines: [Line]
  let isEmpty: Bool
  let lowest: String?

  private static let shown = 6

  init(_ figures: MonthFigures, _ visit: LedgerVisit) {
    let locale = visit.locale
    lines = figures.upcoming.prefix(Self.shown).map { occurrence in
      let template = occurrence.recurrence.template
      let category = template.target.categoryID.flatMap { id in
        figures.categories.first { $0.id == id }?.name
      }
      return Line(
        date: locale.day(occurrence.date),
        name: template.payee ?? category ?? template.memo,
        amount: Figure(
          Int128(template.money.minorUnits), template.money.currency, locale, plus: true))
    }
    isEmpty = lines.isEmpty
    lowest = figures.lowest.map { lowest in
      visit.words.lowest.filled(
        locale.number(lowest.balance, figures.currency), locale.day(lowest.date))
    }
  }
}
