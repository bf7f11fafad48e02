import Finance

extension ReportMaker {
  /// How many payees have a line.
  private static let maximumPayees = 50

  // MARK: Categories

  func categories() async throws -> Report {
    let breakdown = try await store.byCategory()
    let whole = breakdown.whole.sums.total
    let (spent, earned) = (
      ranked(breakdown.lines.filter { !$0.isIncome }), ranked(breakdown.lines.filter(\.isIncome))
    )
    var report = Report(
      sentence: sentence(most: spent.first.map { (name($0), amount($0)) }, of: whole.minus),
      isEmpty: breakdown.lines.isEmpty)
    report.totals = totals(whole)
    report.donut = Donut(spent.map { (name($0), amount($0)) }, of: whole.minus, self)
    report.table = Report.Table(
      heading: words.category, columns: [words.amount, words.reportWords.share],
      rows: rows(words.spent, spent, of: whole.minus)
        + rows(words.moneyIn, earned, of: whole.plus))
    report.unconverted = unconverted(breakdown.whole.sums)
    return report
  }

  private func name(_ line: CategorySums) -> String {
    line.id == nil ? words.noCategory : line.name
  }

  private func amount(_ line: CategorySums) -> Int128 {
    line.isIncome ? line.sums.total.plus : line.sums.total.minus
  }

  private func ranked(_ lines: [CategorySums]) -> [CategorySums] {
    lines.sorted { amount($0) > amount($1) }
  }

  private func rows(
    _ title: String, _ lines: [CategorySums], of whole: Int128
  ) -> [Report.Table.Row] {
    guard let first = lines.first else { return [] }
    let kind = first.isIncome ? "&kind=income" : "&kind=expense"
    let heading = Report.Table.Row(title, .total, [cell(whole, link: list(kind)), .init()])
    return [heading]
      + lines.flatMap { line in
        let children = ranked(line.children)
        return [row(line, children.isEmpty ? .plain : .group, kind, of: whole)]
          + children.map { row($0, .child, kind, of: whole) }
      }
  }

  private func row(
    _ line: CategorySums, _ level: Report.Table.Row.Level, _ kind: String, of whole: Int128
  ) -> Report.Table.Row {
    let filter = line.id.map { "&category=\($0)" } ?? "&category=none\(kind)"
    return Report.Table.Row(
      name(line), level,
      [
        cell(amount(line), link: list(filter)),
        .init(remark: share(amount(line), of: whole)),
      ])
  }

  // MARK: Payees and tags

  func payees() async throws -> Report {
    let breakdown = try await store.byPayee(limit: Self.maximumPayees)
    return named(breakdown, words.payee, none: words.reportWords.noPayee) { line in
      line.id.map { "&payee=\($0)" }
    }
  }

  func tags() async throws -> Report {
    let breakdown = try await store.byTag()
    return named(breakdown, words.reportWords.tag, none: words.reportWords.noTag) { line in
      line.name.map { "&tag=\($0.queryEncoded)" }
    }
  }

  private func named(
    _ breakdown: Breakdown<NamedSums>, _ heading: String, none: String,
    _ filter: (NamedSums) -> String?
  ) -> Report {
    let whole = breakdown.whole.sums.total
    let spent = breakdown.lines.filter { $0.id != nil && $0.sums.total.minus > 0 }
      .sorted { $0.sums.total.minus > $1.sums.total.minus }
      .map { ($0.name ?? "", $0.sums.total.minus) }
    var report = Report(
      sentence: sentence(most: spent.first, of: whole.minus), isEmpty: breakdown.lines.isEmpty)
    report.totals = totals(whole)
    report.ranking = Ranking(spent.map { .init($0.0, $0.1) })
    var rows = breakdown.lines.map { line in
      let filter = filter(line)
      func cell(_ amount: Int128, _ kind: String) -> Report.Table.Cell {
        guard amount != 0 else { return .init() }
        return self.cell(amount, link: filter.map { list("\($0)&kind=\(kind)") })
      }
      return Report.Table.Row(
        line.name ?? none, .plain,
        [cell(line.sums.total.minus, "expense"), cell(line.sums.total.plus, "income")])
    }
    if let others = breakdown.others {
      let sums = others.sums.total
      rows.append(
        Report.Table.Row(
          words.reportWords.others.counted(others.count), .total,
          [cell(sums.minus), cell(sums.plus)]
        ))
    }
    report.table = Report.Table(
      heading: heading, columns: [words.moneyOut, words.moneyIn], rows: rows)
    report.unconverted = unconverted(breakdown.whole.sums)
    return report
  }

  /// - Parameter most: what most was spent on.
  private func sentence(most: (name: String, amount: Int128)?, of whole: Int128) -> String {
    guard let most, most.amount > 0 else {
      return whole > 0
        ? words.reportWords.wholeText.filled(money(whole)) : words.reportWords.nothingSpent
    }
    return words.reportWords.mostText.filled(money(whole), most.name, money(most.amount))
  }
}
