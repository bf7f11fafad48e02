import Finance

extension ReportMaker {
  private var intervals: [ReportPeriod] {
    get throws {
      // Months of the years of the books are fewer than a report may have intervals.
      guard let intervals = range.period.intervals(range.cut.interval) else { throw NotFound() }
      return intervals
    }
  }

  private func label(_ step: SeriesStep) -> String { locale.interval(step.period, range.cut) }

  /// The intervals as they are shown.
  ///
  /// - Parameter isRunning: whether an interval has what there is at its end.
  private func steps(_ sums: [IntervalSums], isRunning: Bool) -> [SeriesStep] {
    let steps = sums.map { interval in
      SeriesStep(
        period: interval.period, total: interval.sums.total, isEmpty: interval.sums.parts.isEmpty,
        unconverted: unconverted(interval.sums))
    }
    return range.cut == .year ? SeriesStep.years(of: steps, isRunning: isRunning) : steps
  }

  private var cutNote: String? { range.cut == .year ? words.reportWords.byYears : nil }

  private func shortLabel(_ step: SeriesStep) -> String {
    locale.shortInterval(step.period, range.cut)
  }

  // MARK: Cash flow

  func cashFlow() async throws -> Report {
    let sums = steps(
      try await store.cashFlow(range.cut.interval, try intervals), isRunning: false)
    let whole = sums.reduce(SumPair.zero) { $0 + $1.total }
    let dearest = sums.max { $0.total.minus < $1.total.minus }
    var report = Report(
      sentence: words.reportWords.cashFlowText.filled(
        money(whole.plus), money(whole.minus), dearest.map(label) ?? "",
        money(dearest?.total.minus ?? 0)),
      isEmpty: sums.allSatisfy(\.isEmpty))
    report.cutNote = cutNote
    report.totals = totals(whole)
    report.flow = CashFlowChart(sums.map(\.total), sums.map(shortLabel), self)
    report.table = Report.Table(
      heading: words.reportWords.period, columns: [words.moneyIn, words.moneyOut, words.net],
      rows: sums.reversed().filter { range.cut != .day || !$0.isEmpty }.map { line in
        let (total, period) = (line.total, line.period)
        return Report.Table.Row(
          label(line), .plain,
          [
            cellUnlessZero(total.plus, link: list("&kind=income", in: period)),
            cellUnlessZero(total.minus, link: list("&kind=expense", in: period)),
            cell(total.net, plus: true, link: list(in: period)),
          ])
      })
    report.unconverted = sums.lazy.compactMap(\.unconverted).first
    return report
  }

  // MARK: Net worth

  func netWorth() async throws -> Report {
    let sums = steps(
      try await store.netWorth(range.cut.interval, try intervals), isRunning: true)
    let (first, last) = (sums.first?.total ?? .zero, sums.last?.total ?? .zero)
    var report = Report(
      sentence: words.reportWords.worthText.filled(
        money(first.net), money(last.net), money(last.plus), money(last.minus)),
      isEmpty: sums.allSatisfy(\.isEmpty))
    report.cutNote = cutNote
    let atEnd = sums.last.map { standing($0.period) }
    report.totals = [
      total(words.netWorth, last.net, link: atEnd),
      total(words.accountWords.youHave, last.plus, link: visit.link("/accounts")),
      total(words.accountWords.youOwe, last.minus, link: visit.link("/accounts")),
      total(words.reportWords.changeOver, last.net - first.net, plus: true, link: list()),
    ]
    report.course = CourseChart(sums.map(\.total), sums.map(shortLabel), self)
    report.table = Report.Table(
      heading: words.reportWords.period,
      columns: [words.accountWords.youHave, words.accountWords.youOwe, words.netWorth],
      rows: sums.reversed().map { line in
        Report.Table.Row(
          label(line), .plain,
          [
            cell(line.total.plus), cell(line.total.minus),
            cell(line.total.net, link: standing(line.period)),
          ])
      })
    report.unconverted = sums.last?.unconverted
    return report
  }

  /// The link to all that was recorded up to the end of an interval.
  private func standing(_ period: ReportPeriod) -> String {
    visit.link("/transactions?until=\(period.last)")
  }
}

/// What a series has for one step of its time.
struct SeriesStep: Sendable {
  let period: ReportPeriod
  let total: SumPair
  /// Whether nothing is in it.
  let isEmpty: Bool
  /// What is in no figure.
  let unconverted: String?

  /// The steps of each year as one.
  ///
  /// - Parameter isRunning: whether a step has what there is at its end: the last one of a year is its own.
  static func years(of steps: [SeriesStep], isRunning: Bool) -> [SeriesStep] {
    var years: [SeriesStep] = []
    for step in steps {
      guard let year = years.last, year.period.first.year == step.period.first.year,
        let period = ReportPeriod(from: year.period.first, through: step.period.last)
      else {
        years.append(step)
        continue
      }
      years[years.count - 1] = SeriesStep(
        period: period, total: isRunning ? step.total : year.total + step.total,
        isEmpty: year.isEmpty && step.isEmpty,
        unconverted: isRunning ? step.unconverted : year.unconverted ?? step.unconverted)
    }
    return years
  }
}
