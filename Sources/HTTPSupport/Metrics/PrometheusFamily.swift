/// The metrics of one name, by their labels.
struct PrometheusFamily: Sendable {
  enum Kind: String, Sendable {
    case counter, gauge, histogram
  }

  let name: String
  let kind: Kind
  /// By labels as they are printed: `listener="public",route="/health"`.
  private var series: [String: any AnyObject & Sendable] = [:]

  init(name: String, kind: Kind) {
    self.name = name
    self.kind = kind
  }

  /// The name with what Prometheus does not allow replaced.
  static func canonical(_ label: String) -> String {
    String(
      label.map { character in
        character.isASCII && (character.isLetter || character.isNumber || character == "_")
          ? character : "_"
      })
  }

  mutating func cell(
    for dimensions: [(String, String)], make: () -> any AnyObject & Sendable
  ) -> any AnyObject & Sendable {
    let labels = Self.labels(dimensions)
    if let cell = series[labels] { return cell }
    guard series.count < PrometheusMetrics.maximumSeries else {
      let other = Self.labels(dimensions.map { ($0.0, "other") })
      let cell = series[other] ?? make()
      series[other] = cell
      return cell
    }
    let cell = make()
    series[labels] = cell
    return cell
  }

  mutating func remove(_ cell: any AnyObject & Sendable) {
    series = series.filter { $0.value !== cell }
  }

  func write(to text: inout String) {
    guard !series.isEmpty else { return }
    text += "# TYPE \(name) \(kind.rawValue)\n"
    for (labels, cell) in series.sorted(by: { $0.key < $1.key }) {
      switch cell {
      case let cell as CounterCell: writeLine(name, labels, cell.value, to: &text)
      case let cell as GaugeCell: writeLine(name, labels, cell.value, to: &text)
      case let cell as HistogramCell: write(cell, labels, to: &text)
      default: break
      }
    }
  }

  private func write(_ histogram: HistogramCell, _ labels: String, to text: inout String) {
    let counts = histogram.cumulativeCounts
    let separator = labels.isEmpty ? "" : ","
    for (index, count) in counts.enumerated() {
      let bound = index < histogram.bounds.count ? Self.number(histogram.bounds[index]) : "+Inf"
      writeLine("\(name)_bucket", "\(labels)\(separator)le=\"\(bound)\"", Double(count), to: &text)
    }
    writeLine("\(name)_sum", labels, histogram.sum, to: &text)
    writeLine("\(name)_count", labels, Double(counts.last ?? 0), to: &text)
  }

  private func writeLine(_ name: String, _ labels: String, _ value: Double, to text: inout String) {
    text += labels.isEmpty ? name : "\(name){\(labels)}"
    text += " \(Self.number(value))\n"
  }

  private static func number(_ value: Double) -> String {
    Int64(exactly: value).map(String.init) ?? "\(value)"
  }

  private static func labels(_ dimensions: [(String, String)]) -> String {
    dimensions.map { key, value in
      let escaped = value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        .replacing("\n", with: "\\n")
      return "\(canonical(key))=\"\(escaped)\""
    }.joined(separator: ",")
  }
}
