import Finance
import Tenancy

/// The page of a report: the ways to the others, the range, and what the report says.
struct ReportPage: Sendable {
  struct Way: Sendable {
    let label: String
    let target: String
    let isCurrent: Bool
  }

  let kinds: [Way]
  let ranges: [Way]
  let action: String
  let from: String
  let until: String
  let rangeFault: String?
  let reportTitle: String
  let rangeText: String
  let report: Report

  init(_ kind: ReportKind, _ range: ReportRange, _ report: Report, _ visit: LedgerVisit) {
    let query = range.isChosen ? "?\(range.period.query)" : ""
    kinds = ReportKind.allCases.map { other in
      Way(
        label: other.title(visit.words), target: visit.link("\(other.path)\(query)"),
        isCurrent: other == kind)
    }
    ranges = ReportRange.Preset.allCases.compactMap { preset in
      preset.period(visit.today).map { period in
        Way(
          label: preset.label(visit.words), target: visit.link("\(kind.path)?\(period.query)"),
          isCurrent: period == range.period)
      }
    }
    action = visit.link(kind.path)
    from = range.typed.from
    until = range.typed.until
    rangeFault = range.isFaulty ? visit.words.reportWords.rangeBad : nil
    reportTitle = kind.title(visit.words)
    rangeText = visit.locale.period(range.period)
    self.report = report
  }
}

/// What a report says: in a sentence, in figures, in a picture and in the table behind it.
struct Report: Sendable {
  struct Total: Sendable {
    let label: String
    let amount: Figure?
    let share: String?
  }

  /// The text in place of the picture, too.
  let sentence: String
  /// Whether nothing happened.
  let isEmpty: Bool
  var totals: [Total] = []
  var donut: Donut?
  var ranking: Ranking?
  var flow: CashFlowChart?
  var course: CourseChart?
  var table: Table?
  /// How coarsely the time is cut, if that needs to be said.
  var cutNote: String?
  /// What is in no figure, since no rate is known.
  var unconverted: String?

  struct Table: Sendable {
    struct Cell: Sendable {
      var amount: Figure?
      var remark: String?
    }

    struct Row: Sendable {
      enum Level: Sendable {
        case plain, group, child, total
      }

      let label: String
      let isGroup: Bool
      let isChild: Bool
      let isTotal: Bool
      let cells: [Cell]

      init(_ label: String, _ level: Level = .plain, _ cells: [Cell]) {
        self.label = label
        isGroup = level == .group
        isChild = level == .child
        isTotal = level == .total
        self.cells = cells
      }
    }

    let heading: String
    let columns: [String]
    let rows: [Row]
  }
}

/// What all reports are made with.
struct ReportMaker: Sendable {
  let visit: LedgerVisit
  let range: ReportRange

  var words: Words { visit.words }
  var locale: DisplayLocale { visit.locale }
  var currency: Currency { visit.ledger.currency }
  var store: ReportStore { store(range.period) }

  func store(_ period: ReportPeriod) -> ReportStore {
    ReportStore(visit.database, period, ReportFilter())
  }

  func make(_ kind: ReportKind) async throws -> Report {
    switch kind {
    case .summary: try await summary()
    case .categories: try await categories()
    case .payees: try await payees()
    case .tags: try await tags()
    case .cashFlow: try await cashFlow()
    case .netWorth: try await netWorth()
    }
  }

  /// The link to the transactions of a period.
  ///
  /// - Parameter filter: what else they have to be, as a query that begins with `&`.
  func list(_ filter: String = "", in period: ReportPeriod? = nil) -> String {
    visit.link("/transactions?\((period ?? range.period).query)\(filter)")
  }

  func figure(_ amount: Int128, plus: Bool = false, link: String? = nil) -> Figure {
    Figure(amount, currency, locale, plus: plus, link: link)
  }

  func money(_ amount: Int128) -> String { locale.money(amount, currency) }

  func total(
    _ label: String, _ amount: Int128, plus: Bool = false, link: String? = nil
  ) -> Report.Total {
    Report.Total(
      label: label,
      amount: Figure(amount, currency, locale, symbol: true, plus: plus, link: link), share: nil)
  }

  /// What came in, went out, and is left.
  func totals(_ sums: SumPair) -> [Report.Total] {
    [
      total(words.moneyIn, sums.plus, link: list("&kind=income")),
      total(words.moneyOut, sums.minus, link: list("&kind=expense")),
      total(words.net, sums.net, plus: true, link: list()),
    ]
  }

  func cell(_ amount: Int128, plus: Bool = false, link: String? = nil) -> Report.Table.Cell {
    Report.Table.Cell(amount: figure(amount, plus: plus, link: link))
  }

  /// Nothing for nothing, so that a column shows where something is.
  func cellUnlessZero(_ amount: Int128, link: String) -> Report.Table.Cell {
    amount == 0 ? Report.Table.Cell() : cell(amount, link: link)
  }

  /// A part of a sum; nil where the sum is nothing.
  func share(_ amount: Int128, of whole: Int128) -> String? {
    whole > 0 ? locale.percent((amount * 200 + whole) / (whole * 2)) : nil
  }

  func unconverted(_ sums: ConvertedSums) -> String? {
    guard !sums.unconverted.isEmpty else { return nil }
    let parts = sums.unconverted.map { part in
      "\(locale.number(part.sums.net, part.currency)) \(part.currency.code)"
    }
    return words.reportWords.unconverted.filled(parts.joined(separator: ", "))
  }
}
