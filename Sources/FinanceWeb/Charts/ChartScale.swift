import Finance

/// The round amounts that stand beside a chart, each with its line.
struct ChartScale: Sendable {
  struct Mark: Sendable {
    /// In percent from the top of the picture, which its text is placed by.
    let place: String
    let path: String
    let markText: String
  }

  let marks: [Mark]
  /// In pixels, so that the longest text has room.
  let room: Int

  /// - Parameters:
  ///   - low: the lowest amount that is drawn, at most zero.
  ///   - high: the highest.
  ///   - y: where an amount is, in units of a picture that is as tall as a `LineChart`.
  init(
    from low: Int128, to high: Int128, _ currency: Currency, _ locale: DisplayLocale,
    y: (Int128) -> Double
  ) {
    let step = Self.step(high - low)
    let first = low / step
    // Where nothing is drawn there is only the ground.
    let last = high - low > 1 ? high / step : first
    marks = (first...max(first, last)).map { index in
      let amount = Int128(index) * step
      let place = y(amount)
      return Mark(
        place: "\(LineChart.text(place / LineChart.height * 100))%",
        path: "M0 \(LineChart.text(place))h\(LineChart.text(LineChart.width))",
        markText: locale.roundNumber(amount, currency))
    }
    room = (marks.map(\.markText.count).max() ?? 0) * 7 + 10
  }

  /// The smallest one, two or five of a power of ten that goes into the span five times at most.
  private static func step(_ span: Int128) -> Int128 {
    var power: Int128 = 1
    while span / (power * 10) >= 5 { power *= 10 }
    return [1, 2, 5].map { $0 * power }.first { span / $0 < 5 } ?? power * 10
  }
}

/// What stands below a chart: a label for some of its places.
struct ChartTicks: Sendable {
  struct Tick: Sendable {
    /// In percent from the left.
    let tickPlace: String
    let tickText: String
    /// Whether the text begins or ends at its place, since it is at an edge.
    let isStart: Bool
    let isEnd: Bool
  }

  let ticks: [Tick]

  /// Labels of a few places, the first one among them.
  ///
  /// - Parameters:
  ///   - isBetween: whether each place is a column of its own, and not a point of a line from edge to
  ///     edge.
  ///   - most: how many there is room for on a phone.
  init(_ labels: [String], isBetween: Bool, most: Int = 4) {
    let every = max(1, (labels.count + most - 1) / most)
    let whole = Double(isBetween ? labels.count : max(1, labels.count - 1))
    ticks = stride(from: 0, to: labels.count, by: every).map { index in
      let place = (Double(index) + (isBetween ? 0.5 : 0)) / whole * 100
      return Tick(
        tickPlace: "\(LineChart.text(place))%", tickText: labels[index],
        isStart: place < 3, isEnd: place > 92)
    }
  }
}

extension DisplayLocale {
  /// A round amount without decimals that are zero.
  func roundNumber(_ minorUnits: Int128, _ currency: Currency) -> String {
    var unit: Int128 = 1
    for _ in 0..<currency.exponent { unit *= 10 }
    let text = number(minorUnits, currency)
    return minorUnits % unit == 0 && currency.exponent > 0
      ? String(text.dropLast(currency.exponent + 1)) : text
  }
}
