import Atomics
import CoreMetrics

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
