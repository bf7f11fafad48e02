import CoreMetrics
import Synchronization

/// A backend of swift-metrics that keeps all numbers in memory and prints them in the Prometheus
/// text format.
///
/// Making a metric takes a lock and a look-up: keep the handle. Using one takes an atomic
/// operation or two.
public final class PrometheusMetrics: MetricsFactory {
  /// Label sets that one metric may have; what comes later is counted under `other`.
  public static let maximumSeries = 1000

  private let families = Mutex<[String: PrometheusFamily]>([:])

  public init() {}

  /// All metrics, sorted by name, in the text format 0.0.4.
  public func render() -> String {
    var text = ""
    for family in families.withLock({ $0.values.sorted { $0.name < $1.name } }) {
      family.write(to: &text)
    }
    return text
  }

  public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
    cell(label, .counter, dimensions) { CounterCell() }
  }

  public func makeFloatingPointCounter(
    label: String, dimensions: [(String, String)]
  ) -> any FloatingPointCounterHandler {
    cell(label, .counter, dimensions) { CounterCell() }
  }

  public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
    cell(label, .gauge, dimensions) { GaugeCell() }
  }

  public func makeRecorder(
    label: String, dimensions: [(String, String)], aggregate: Bool
  ) -> any RecorderHandler {
    guard aggregate else { return cell(label, .gauge, dimensions) { GaugeCell() } }
    return cell(label, .histogram, dimensions) {
      HistogramCell(bounds: HistogramCell.powersOfTwo)
    }
  }

  public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
    cell(label.hasSuffix("_seconds") ? label : label + "_seconds", .histogram, dimensions) {
      HistogramCell(bounds: HistogramCell.seconds)
    }
  }

  public func destroyCounter(_ handler: any CounterHandler) { remove(handler) }
  public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {
    remove(handler)
  }
  public func destroyMeter(_ handler: any MeterHandler) { remove(handler) }
  public func destroyRecorder(_ handler: any RecorderHandler) { remove(handler) }
  public func destroyTimer(_ handler: any TimerHandler) { remove(handler) }

  /// The cell of this name and these labels. If the name is taken by another kind, the cell counts
  /// for nobody.
  private func cell<Cell: AnyObject & Sendable>(
    _ label: String, _ kind: PrometheusFamily.Kind, _ dimensions: [(String, String)],
    make: () -> Cell
  ) -> Cell {
    let name = PrometheusFamily.canonical(label)
    return families.withLock { families in
      let found = families[name, default: PrometheusFamily(name: name, kind: kind)]
        .cell(for: dimensions, make: make)
      return found as? Cell ?? make()
    }
  }

  private func remove(_ cell: any AnyObject & Sendable) {
    families.withLock { families in
      for name in families.keys { families[name]?.remove(cell) }
    }
  }
}

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
