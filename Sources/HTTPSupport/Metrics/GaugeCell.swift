import CoreMetrics

/// A number that goes up and down.
final class GaugeCell: MeterHandler, RecorderHandler {
  private let number = AtomicDouble(0)

  func set(_ value: Int64) { number.store(Double(value)) }
  func set(_ value: Double) { number.store(value) }
  func increment(by amount: Double) { number.add(amount) }
  func decrement(by amount: Double) { number.add(-amount) }
  func record(_ value: Int64) { number.store(Double(value)) }
  func record(_ value: Double) { number.store(value) }

  var value: Double { number.load() }
}
