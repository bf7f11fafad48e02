/// A bounded dictionary that forgets what has not been used for longest, roughly: what is used
/// moves to the young half, and when that is full, the old half goes.
package struct GenerationalCache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  @usableFromInline let half: Int
  @usableFromInline var young: [Key: Value] = [:]
  @usableFromInline var old: [Key: Value] = [:]

  /// - Parameter capacity: At least 2.
  @inlinable package init(capacity: Int) {
    half = capacity / 2
  }

  @inlinable package var count: Int { young.count + old.count }

  @inlinable package mutating func entry(for key: Key) -> Value? {
    if let value = young[key] { return value }
    guard let value = old.removeValue(forKey: key) else { return nil }
    insert(value, for: key)
    return value
  }

  @inlinable package mutating func insert(_ value: Value, for key: Key) {
    if young.count >= half, young[key] == nil {
      old = young
      young = [:]
    }
    old[key] = nil
    young[key] = value
  }
}
