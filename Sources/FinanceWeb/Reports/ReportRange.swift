import Finance
import Tenancy

/// The days that a report is of, as its address says.
struct ReportRange: Sendable {
  let period: ReportPeriod
  /// Whether the address names them. It goes along to the other reports then.
  let isChosen: Bool
  /// Whether the address names what are no days of a period.
  let isFaulty: Bool
  /// What the fields show: what was typed, also if it is no period.
  let typed: (from: String, until: String)

  /// Ranges that are one click away.
  enum Preset: CaseIterable {
    case thisMonth, lastMonth, thisYear, lastTwelveMonths

    /// Nil at the ends of the years that books are kept in.
    func period(_ today: CivilDate) -> ReportPeriod? {
      let month = today.civilMonth
      switch self {
      case .thisMonth: return ReportPeriod(month)
      case .lastMonth: return month.previous.flatMap { ReportPeriod($0) }
      case .thisYear:
        return CivilMonth(year: today.year, month: 1).flatMap { january in
          ReportPeriod(from: january.firstDay, through: month.lastDay)
        }
      case .lastTwelveMonths:
        return month.adding(months: -11).flatMap { first in
          ReportPeriod(from: first.firstDay, through: month.lastDay)
        }
      }
    }

    func label(_ words: Words) -> String {
      switch self {
      case .thisMonth: words.reportWords.thisMonth
      case .lastMonth: words.reportWords.lastMonth
      case .thisYear: words.reportWords.thisYear
      case .lastTwelveMonths: words.reportWords.lastTwelveMonths
      }
    }
  }

  /// - Throws: `NotFound` if no books are kept today.
  init(_ query: Form, _ kind: ReportKind, today: CivilDate) throws {
    let (from, until) = (query.text("from"), query.text("until"))
    isChosen = !from.isEmpty || !until.isEmpty
    let usual: Preset = kind.isSeries ? .lastTwelveMonths : .thisMonth
    guard let usual = usual.period(today) else { throw NotFound() }
    let chosen = CivilDate(from.isEmpty ? usual.first.description : from).flatMap { first in
      CivilDate(until.isEmpty ? usual.last.description : until).flatMap { last in
        ReportPeriod(from: first, through: last)
      }
    }
    isFaulty = chosen == nil
    period = chosen ?? usual
    typed = (
      from.isEmpty ? period.first.description : from,
      until.isEmpty ? period.last.description : until
    )
  }

  /// As many months before the period, or as many days; nil before the years of the books.
  var before: ReportPeriod? {
    let (first, last) = (period.first, period.last)
    if period.isWholeMonths {
      let months =
        (last.year - first.year) * 12 + last.month - first.month + 1
      return first.civilMonth.adding(months: -months).flatMap { month in
        month.adding(months: months - 1).flatMap { end in
          ReportPeriod(from: month.firstDay, through: end.lastDay)
        }
      }
    }
    return first.adding(days: -period.days.count).flatMap { start in
      first.adding(days: -1).flatMap { ReportPeriod(from: start, through: $0) }
    }
  }

  /// How finely a picture of the period and its table are cut.
  enum Cut: Sendable {
    case day, week, month, year

    /// What is read: a year is made of its months.
    var interval: ReportInterval {
      switch self {
      case .day: .day
      case .week: .week
      case .month, .year: .month
      }
    }
  }

  /// Ten years of months fill a page.
  var cut: Cut {
    switch period.days.count {
    case ...62: .day
    case ...190: .week
    case ...3660: .month
    default: .year
    }
  }
}

extension ReportPeriod {
  var isWholeMonths: Bool { first.day == 1 && last == last.lastOfMonth }

  /// As a query has it.
  var query: String { "from=\(first)&until=\(last)" }
}

extension DisplayLocale {
  /// Such as `November 2026`, or `3 Nov – 9 Nov 2026`.
  func period(_ period: ReportPeriod) -> String {
    let (first, last) = (period.first, period.last)
    if period.isWholeMonths, first.civilMonth == last.civilMonth { return month(last.civilMonth) }
    if first == last { return date(last) }
    return "\(first.year == last.year ? day(first) : date(first)) – \(date(last))"
  }

  /// The label of an interval in a picture or table.
  func interval(_ period: ReportPeriod, _ cut: ReportRange.Cut) -> String {
    switch cut {
    case .day: date(period.first)
    case .week: self.period(period)
    case .month: month(period.first.civilMonth)
    case .year: String(period.first.year)
    }
  }

  /// The label of an interval where there is little room: a month, or the day that it begins with.
  func shortInterval(_ period: ReportPeriod, _ cut: ReportRange.Cut) -> String {
    switch cut {
    case .day, .week: day(period.first)
    case .month: shortMonth(period.first.civilMonth)
    case .year: String(period.first.year)
    }
  }

  /// An amount in a sentence, with the currency's symbol.
  func money(_ minorUnits: Int128, _ currency: Currency, plus: Bool = false) -> String {
    let figure = Figure(minorUnits, currency, self, symbol: true, plus: plus)
    return figure.sign + (figure.leadingSymbol.map { "\($0)\u{a0}" } ?? "") + figure.number
      + (figure.trailingSymbol.map { "\u{a0}\($0)" } ?? "")
  }

  /// So many hundredths.
  func percent(_ hundredths: Int128) -> String {
    let sign = hundredths < 0 ? Self.minus : ""
    return "\(sign)\(hundredths.magnitude)\(symbolLeads ? "" : "\u{a0}")%"
  }
}
