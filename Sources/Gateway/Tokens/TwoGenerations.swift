/// A bounded dictionary that forgets what has not been used for longest, roughly: what is used
/// moves to the young half, and when that is full, the old half goes.
struct TwoGenerations<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  private let half: Int
  private var young: [Key: Value] = [:]
  private var old: [Key: Value] = [:]

  /// - Parameter capacity: At least 2.
  init(capacity: Int) {
    half = capacity / 2
  }

  var count: Int { young.count + old.count }

  mutating func entry(for key: Key) -> Value? {
    if let value = young[key] { return value }
    guard let value = old.removeValue(forKey: key) else { return nil }
    insert(value, for: key)
    return value
  }

  mutating func insert(_ value: Value, for key: Key) {
    if young.count >= half, young[key] == nil {
      old = young
      young = [:]
    }
    old[key] = nil
    young[key] = value
  }
}
