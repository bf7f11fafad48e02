import Atomics

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
