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
