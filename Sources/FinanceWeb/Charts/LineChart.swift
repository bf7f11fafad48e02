import Finance

/// Lines of one scale, as paths of an SVG of 600 by 200 units that is stretched to its place.
struct LineChart: Sendable {
  static let width = 600.0
  static let height = 200.0

  private let low: Int128
  private let high: Int128
  private let steps: Int

  /// - Parameters:
  ///   - values: all that is drawn; the scale has zero in it.
  ///   - steps: how many points the longest line has.
  init(_ values: [Int128], steps: Int) {
    low = min(0, values.min() ?? 0)
    high = max(1, values.max() ?? 1)
    self.steps = max(2, steps)
  }

  /// The points of a line, from the left.
  func line(_ values: [Int128]) -> String {
    values.enumerated().map { index, value in
      "\(index == 0 ? "M" : "L")\(x(index)) \(y(value))"
    }.joined()
  }

  /// A straight line over the whole width.
  func straight(from first: Int128, to last: Int128) -> String {
    "M0 \(y(first))L\(Self.text(Self.width)) \(y(last))"
  }

  /// What lies under a line.
  func area(_ values: [Int128]) -> String {
    guard !values.isEmpty else { return "" }
    return "\(line(values))L\(x(values.count - 1)) \(y(0))L0 \(y(0))Z"
  }

  /// The last point of a line.
  func end(_ values: [Int128]) -> String {
    values.last.map { "M\(x(values.count - 1)) \(y($0))h0" } ?? ""
  }

  private func x(_ index: Int) -> String {
    Self.text(Self.width * Double(index) / Double(steps - 1))
  }

  private func y(_ value: Int128) -> String { Self.text(place(of: value)) }

  private func place(of value: Int128) -> Double {
    // A tenth stays free above, so that no line touches the edge.
    let share = Double(value - low) / Double(high - low)
    return Self.height - share * Self.height * 0.94 - 2
  }

  /// The amounts beside the lines.
  func scale(_ currency: Currency, _ locale: DisplayLocale) -> ChartScale {
    ChartScale(from: low, to: high, currency, locale, y: place)
  }

  /// A decimal is enough for what is a tenth of a pixel.
  static func text(_ number: Double) -> String {
    let tenths = Int((number * 10).rounded())
    return tenths % 10 == 0 ? String(tenths / 10) : String(Double(tenths) / 10)
  }
}
