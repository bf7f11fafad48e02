import Finance
import Tenancy

/// What was spent up to each day, against the month before and the plan.
struct PaceChart: Sendable {
  struct Row: Sendable {
    let day: Int
    let nowAmount: String?
    let beforeAmount: String?
  }

  let line: String
  let area: String
  let end: String
  let beforeLine: String
  let planLine: String?
  let text: String
  let now: String
  let before: String
  let plan: String?
  let beforeName: String
  let name: String
  let rows: [Row]
  let scale: ChartScale
  let days: ChartTicks

  init(_ figures: MonthFigures, _ locale: DisplayLocale) {
    let words = locale.texts.words
    let current = figures.spending(in: figures.period)
    let last = figures.spending(in: figures.before)
    let steps = max(figures.period.days.count, figures.before?.days.count ?? 0)
    let chart = LineChart(current + last + [figures.plan ?? 0], steps: steps)
    line = chart.line(current)
    area = chart.area(current)
    end = chart.end(current)
    beforeLine = chart.line(last)
    planLine = figures.plan.map { chart.straight(from: 0, to: $0) }
    func number(_ amount: Int128) -> String { locale.number(amount, figures.currency) }
    now = number(current.last ?? 0)
    let sameDay = last.isEmpty ? 0 : last[max(0, min(current.count, last.count) - 1)]
    before = number(sameDay)
    plan = figures.plan.map(number)
    name = locale.monthName(figures.month)
    beforeName = locale.monthName(figures.monthBefore)
    let day = min(figures.today, figures.period.last)
    text = words.paceText.filled(now, locale.day(day), before, beforeName)
    rows = (0..<steps).map { index in
      Row(
        day: index + 1, nowAmount: index < current.count ? number(current[index]) : nil,
        beforeAmount: index < last.count ? number(last[index]) : nil)
    }
    scale = chart.scale(figures.currency, locale)
    days = ChartTicks((1...steps).map(String.init), isBetween: false, most: 5)
  }
}

/// What all is worth, month by month.
struct WorthChart: Sendable {
  struct Row: Sendable {
    let month: String
    let worth: String
  }

  let line: String
  let area: String
  let now: Figure
  let change: Figure
  let rows: [Row]
  let months: ChartTicks

  init(_ figures: MonthFigures, _ locale: DisplayLocale) {
    let values = figures.worth.map(\.sums.total.net)
    let chart = LineChart(values, steps: values.count)
    line = chart.line(values)
    area = chart.area(values)
    let (first, last) = (values.first ?? 0, values.last ?? 0)
    now = Figure(last, figures.currency, locale, symbol: true)
    change = Figure(last - first, figures.currency, locale, plus: true)
    rows = zip(figures.worth, values).map { interval, worth in
      Row(
        month: locale.month(interval.period.first.civilMonth),
        worth: locale.number(worth, figures.currency))
    }
    months = ChartTicks(
      figures.worth.map { locale.shortMonth($0.period.first.civilMonth) }, isBetween: false, most: 3
    )
  }
}

extension Range<CivilDate> {
  /// How many days they are.
  var count: Int { upperBound.daysSinceEpoch - lowerBound.daysSinceEpoch }
}
