import Finance

extension ReportMaker {
  /// What came in and went out, against as many days before.
  func summary() async throws -> Report {
    let earlier = range.before
    async let reading = store.summary()
    let before = try await earlier.mapAsync { try await store($0).summary() }
    let now = try await reading
    let (sums, past) = (now.sums.total, before?.sums.total ?? .zero)
    var report = Report(
      sentence: words.reportWords.summaryText.filled(
        money(sums.plus), money(sums.minus), money(past.plus), money(past.minus)),
      isEmpty: now.sums.parts.isEmpty && before?.sums.parts.isEmpty != false)
    report.totals = totals(sums)
    if let saved = share(sums.net, of: sums.plus), sums.net > 0 {
      report.totals.append(
        Report.Total(label: words.reportWords.kept, amount: nil, share: saved))
    }
    let beforeName = earlier.map(locale.period) ?? words.reportWords.before
    report.ranking = Ranking([
      .init(words.moneyIn, sums.plus), .init(beforeName, past.plus, isBefore: true),
      .init(words.moneyOut, sums.minus), .init(beforeName, past.minus, isBefore: true),
    ])
    let lines: [(String, Int128, Int128, String, Bool)] = [
      (words.moneyIn, sums.plus, past.plus, "&kind=income", false),
      (words.moneyOut, sums.minus, past.minus, "&kind=expense", false),
      (words.net, sums.net, past.net, "", true),
    ]
    report.table = Report.Table(
      heading: words.kind,
      columns: [locale.period(range.period), beforeName, words.reportWords.changeOver],
      rows: lines.map { name, amount, earlierAmount, filter, isNet in
        Report.Table.Row(
          name, isNet ? .total : .plain,
          [
            cell(amount, plus: isNet, link: list(filter)),
            cell(earlierAmount, plus: isNet, link: earlier.map { list(filter, in: $0) }),
            cell(amount - earlierAmount, plus: true),
          ])
      })
    report.unconverted = unconverted(now.sums)
    return report
  }
}

extension Optional where Wrapped: Sendable {
  fileprivate func mapAsync<R: Sendable>(
    _ body: (Wrapped) async throws -> R
  ) async throws -> R? {
    guard let self else { return nil }
    return try await body(self)
  }
}
