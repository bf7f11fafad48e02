import Finance

extension ReportMaker {
  private var intervals: [ReportPeriod] {
    get throws {
      // Months of the years of the books are fewer than a report may have intervals.
      guard let intervals = range.period.intervals(range.interval) else { throw NotFound() }
      return intervals
    }
  }

  private func label(_ interval: IntervalSums) -> String {
    locale.interval(interval.period, range.interval)
  }

  // MARK: Cash flow

  func cashFlow() async throws -> Report {
    let sums = try await store.cashFlow(range.interval, try intervals)
    let whole = sums.reduce(SumPair.zero) { $0 + $1.sums.total }
    let dearest = sums.max { $0.sums.total.minus < $1.sums.total.minus }
    var report = Report(
      sentence: words.reportWords.cashFlowText.filled(
        money(whole.plus), money(whole.minus), dearest.map(label) ?? "",
        money(dearest?.sums.total.minus ?? 0)),
      isEmpty: sums.allSatisfy { $0.sums.parts.isEmpty })
    report.totals = totals(whole)
    report.flow = CashFlowChart(
      sums.map(\.sums.total), first: sums.first.map(label) ?? "", last: sums.last.map(label) ?? "")
    report.table = Report.Table(
      heading: words.reportWords.period, columns: [words.moneyIn, words.moneyOut, words.net],
      rows: sums.reversed().filter { range.interval != .day || !$0.sums.parts.isEmpty }.map {
        line in
        let (total, period) = (line.sums.total, line.period)
        return Report.Table.Row(
          label(line), .plain,
          [
            cellUnlessZero(total.plus, link: list("&kind=income", in: period)),
            cellUnlessZero(total.minus, link: list("&kind=expense", in: period)),
            cell(total.net, plus: true, link: list(in: period)),
          ])
      })
    report.unconverted = sums.lazy.compactMap { unconverted($0.sums) }.first
    return report
  }

  // MARK: Net worth

  func netWorth() async throws -> Report {
    let sums = try await store.netWorth(range.interval, try intervals)
    let (first, last) = (sums.first?.sums.total ?? .zero, sums.last?.sums.total ?? .zero)
    var report = Report(
      sentence: words.reportWords.worthText.filled(
        money(first.net), money(last.net), money(last.plus), money(last.minus)),
      isEmpty: sums.allSatisfy { $0.sums.parts.isEmpty })
    let atEnd = sums.last.map { standing($0.period) }
    report.totals = [
      total(words.netWorth, last.net, link: atEnd),
      total(words.accountWords.youHave, last.plus, link: visit.link("/accounts")),
      total(words.accountWords.youOwe, last.minus, link: visit.link("/accounts")),
      total(words.reportWords.changeOver, last.net - first.net, plus: true, link: list()),
    ]
    report.course = CourseChart(
      sums.map(\.sums.total), first: sums.first.map(label) ?? "", last: sums.last.map(label) ?? "")
    report.table = Report.Table(
      heading: words.reportWords.period,
      columns: [words.accountWords.youHave, words.accountWords.youOwe, words.netWorth],
      rows: sums.reversed().map { line in
        Report.Table.Row(
          label(line), .plain,
          [
            cell(line.sums.total.plus), cell(line.sums.total.minus),
            cell(line.sums.total.net, link: standing(line.period)),
          ])
      })
    report.unconverted = sums.last.flatMap { unconverted($0.sums) }
    return report
  }

  /// The link to all that was recorded up to the end of an interval.
  private func standing(_ period: ReportPeriod) -> String {
    visit.link("/transactions?until=\(period.last)")
  }
}
