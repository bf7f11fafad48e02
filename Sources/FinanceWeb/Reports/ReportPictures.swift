import Finance

/// Parts of a whole, as a ring.
struct Donut: Sendable {
  struct Slice: Sendable {
    /// The style's class for the colour.
    let colour: String
    let sliceName: String
    let sliceShare: String
    /// Of a circle that is a thousand long.
    let dash: String
    let offset: String
  }

  let slices: [Slice]
  let whole: String

  /// How many parts have a colour of their own.
  private static let maximumSlices = 7

  /// - Parameters:
  ///   - parts: the largest first. Those below zero have no place in a ring.
  ///   - whole: what is said to be the whole.
  /// - Returns: nil if there is nothing to show.
  init?(_ parts: [(name: String, amount: Int128)], of whole: Int128, _ maker: ReportMaker) {
    let parts = parts.filter { $0.amount > 0 }
    let sum = parts.reduce(Int128(0)) { $0 + $1.amount }
    guard sum > 0 else { return nil }
    var shown = Array(parts.prefix(Self.maximumSlices))
    let rest = parts.dropFirst(Self.maximumSlices).reduce(Int128(0)) { $0 + $1.amount }
    if rest > 0 { shown.append((maker.words.reportWords.rest, rest)) }
    var before: Int128 = 0
    var slices: [Slice] = []
    for (index, part) in shown.enumerated() {
      let start = before * 1000 / sum
      before += part.amount
      let end = before * 1000 / sum
      // A gap keeps neighbours apart, of which the smallest have none.
      let length = end - start > 8 ? end - start - 4 : max(end - start, 1)
      slices.append(
        Slice(
          colour: index < Self.maximumSlices ? "s\(index + 1)" : "s0", sliceName: part.name,
          sliceShare: maker.share(part.amount, of: whole > 0 ? whole : sum) ?? "",
          dash: "\(length) \(1000 - length)", offset: String(-start)))
    }
    self.slices = slices
    self.whole = maker.money(whole)
  }
}

/// Amounts side by side, as bars of one scale.
struct Ranking: Sendable {
  struct Line: Sendable {
    let label: String
    fileprivate let amount: Int128
    fileprivate let isBefore: Bool

    init(_ label: String, _ amount: Int128, isBefore: Bool = false) {
      self.label = label
      self.amount = amount
      self.isBefore = isBefore
    }
  }

  struct Bar: Sendable {
    let label: String
    let isBefore: Bool
    let y: Int
    /// In thousandths of the longest.
    let length: Int
  }

  let bars: [Bar]
  /// In units of the picture.
  let tall: Int
  /// In text lines, which the labels beside it are as tall as.
  let lines: Int

  private static let maximumBars = 10
  private static let step = 10

  /// Nil if all are nothing.
  init?(_ lines: [Line]) {
    let shown = lines.prefix(Self.maximumBars)
    let longest = shown.map(\.amount).max() ?? 0
    guard longest > 0 else { return nil }
    bars = shown.enumerated().map { index, line in
      Bar(
        label: line.label, isBefore: line.isBefore, y: index * Self.step + 3,
        length: Int(max(0, line.amount) * 1000 / longest))
    }
    tall = shown.count * Self.step
    self.lines = shown.count * 2
  }
}

/// What came in, above the line, and went out, below it, with what was left of both.
struct CashFlowChart: Sendable {
  struct Column: Sendable {
    let isIn: Bool
    let x: String
    let y: String
    let wide: String
    let tall: String
  }

  let flowColumns: [Column]
  let zero: String
  let netLine: String
  let scale: ChartScale
  let times: ChartTicks

  /// - Parameter labels: of the intervals.
  init(_ sums: [SumPair], _ labels: [String], _ maker: ReportMaker) {
    times = ChartTicks(labels, isBetween: true)
    let values = sums.flatMap { [$0.plus, -$0.minus] }
    let (low, high) = (min(0, values.min() ?? 0), max(0, values.max() ?? 0))
    let span = max(1, Double(high - low))
    func y(_ value: Int128) -> Double { 4 + Double(high - value) / span * (LineChart.height - 8) }
    scale = ChartScale(from: low, to: high, maker.currency, maker.locale, y: y)
    let step = LineChart.width / Double(max(1, sums.count))
    let width = step * 0.62
    flowColumns = sums.enumerated().flatMap { index, pair in
      [(pair.plus, true), (-pair.minus, false)].compactMap { value, isIn -> Column? in
        guard value != 0 else { return nil }
        let (top, bottom) = (y(max(0, value)), y(min(0, value)))
        return Column(
          isIn: isIn, x: LineChart.text((Double(index) + 0.5) * step - width / 2),
          y: LineChart.text(top), wide: LineChart.text(width),
          tall: LineChart.text(max(0.5, bottom - top)))
      }
    }
    zero = LineChart.text(y(0))
    netLine = sums.enumerated().map { index, pair in
      let x = LineChart.text((Double(index) + 0.5) * step)
      return "\(index == 0 ? "M" : "L")\(x) \(LineChart.text(y(pair.net)))"
    }.joined()
  }
}

/// What there is, what is owed, and what remains, from one interval to the next.
struct CourseChart: Sendable {
  let worthLine: String
  let worthArea: String
  let haveLine: String
  let oweLine: String?
  let scale: ChartScale
  let times: ChartTicks

  /// - Parameter labels: of the intervals.
  init(_ sums: [SumPair], _ labels: [String], _ maker: ReportMaker) {
    times = ChartTicks(labels, isBetween: false, most: 3)
    let chart = LineChart(sums.flatMap { [$0.net, $0.plus, $0.minus] }, steps: sums.count)
    worthLine = chart.line(sums.map(\.net))
    worthArea = chart.area(sums.map(\.net))
    haveLine = chart.line(sums.map(\.plus))
    oweLine = sums.contains { $0.minus != 0 } ? chart.line(sums.map(\.minus)) : nil
    scale = chart.scale(maker.currency, maker.locale)
  }
}
