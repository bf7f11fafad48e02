import Finance
import Tenancy

/// What somebody has to look at, and what can be done about it at once.
struct Attention: Sendable {
  struct Overspent: Sendable {
    let name: String
    let amount: Figure
  }

  struct Transfer: Sendable {
    let outgoing: Int64
    let incoming: Int64
    let text: String
    let amount: Figure
  }

  let count: Int
  let isQuiet: Bool
  let uncategorized: String?
  let uncategorizedLink: String
  let transfers: [Transfer]
  let overspent: [Overspent]

  private static let shownTransfers = 2
  private static let shownOverspent = 4

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
    transfers = figures.transfers.prefix(Self.shownTransfers).map { suggestion in
      let (out, into) = (suggestion.outgoing, suggestion.incoming)
      return Transfer(
        outgoing: out.id, incoming: into.id,
        text:
          "\(names[out.accountID] ?? "") → \(names[into.accountID] ?? ""), \(locale.day(out.date))",
        amount: Figure(Int128(into.money.minorUnits), into.money.currency, locale, symbol: true))
    }
    let lines = figures.budget.lines.filter { $0.left < 0 && ($0.assigned != 0 || $0.carried != 0) }
      .sorted { $0.left < $1.left }
    overspent = lines.prefix(Self.shownOverspent).map { line in
      Overspent(
        name: line.name,
        amount: Figure(
          -line.left, figures.currency, locale, symbol: true,
          link: visit.link(
            "/transactions?from=\(figures.period.first)&until=\(figures.period.last)"
              + "&category=\(line.categoryID)")))
    }
    count = missing + figures.transfers.count + lines.count
    isQuiet = count == 0
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
