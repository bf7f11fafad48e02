import Atomics
import CoreMetrics

/// How many values fell below each bound.
final class HistogramCell: RecorderHandler, TimerHandler {
  /// From half a millisecond to ten seconds.
  static let seconds: [Double] = [
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
  ]
  /// For counts of things.
  static let powersOfTwo: [Double] = (0...12).map { Double(1 << $0) }

  let bounds: [Double]
  private let counts: [ManagedAtomic<Int64>]
  private let total = AtomicDouble(0)

  /// - Parameter bounds: Ascending.
  init(bounds: [Double]) {
    self.bounds = bounds
    counts = (0...bounds.count).map { _ in ManagedAtomic(0) }
  }

  func record(_ value: Double) {
    let bucket = bounds.firstIndex { value <= $0 } ?? bounds.count
    counts[bucket].wrappingIncrement(ordering: .relaxed)
    total.add(value)
  }

  func record(_ value: Int64) {
    record(Double(value))
  }

  func recordNanoseconds(_ duration: Int64) {
    record(Double(duration) / 1e9)
  }

  var sum: Double { total.load() }

  /// For each bound, and for infinity, how many values were at most that.
  var cumulativeCounts: [Int64] {
    var count: Int64 = 0
    return counts.map { bucket in
      count += bucket.load(ordering: .relaxed)
      return count
    }
  }
}

/// A number that only grows.
final class CounterCell: CounterHandler, FloatingPointCounterHandler {
  private let whole = ManagedAtomic<Int64>(0)
  private let fraction = AtomicDouble(0)

  func increment(by amount: Int64) {
    whole.wrappingIncrement(by: amount, ordering: .relaxed)
  }

  func increment(by amount: Double) {
    fraction.add(amount)
  }

  func reset() {
    whole.store(0, ordering: .relaxed)
    fraction.store(0)
  }

  var value: Double { Double(whole.load(ordering: .relaxed)) + fraction.load() }
}

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

/// A floating-point number that several threads add to.
final class AtomicDouble: Sendable {
  private let bits: ManagedAtomic<UInt64>

  init(_ value: Double) {
    bits = ManagedAtomic(value.bitPattern)
  }

  func load() -> Double {
    Double(bitPattern: bits.load(ordering: .relaxed))
  }

  func store(_ value: Double) {
    bits.store(value.bitPattern, ordering: .relaxed)
  }

  func add(_ amount: Double) {
    var current = bits.load(ordering: .relaxed)
    while true {
      let sum = (Double(bitPattern: current) + amount).bitPattern
      let (exchanged, original) = bits.weakCompareExchange(
        expected: current, desired: sum, ordering: .relaxed)
      if exchanged { return }
      current = original
    }
  }
}
