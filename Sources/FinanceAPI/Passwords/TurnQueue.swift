import DequeModule

/// A queue whose keys take turns: each takes one element out, then the next key's turn comes.
/// Turn queues nest, when their lanes are turn queues themselves.
struct TurnQueue<Key: Hashable & Sendable, Lane: QueueLane>: QueueLane {
  private var lanes: [Key: Lane] = [:]
  /// The keys that have elements; the first one's turn is next.
  private var turns: Deque<Key> = []

  private(set) var count = 0

  /// Changes the lane of `key`.
  mutating func withLane(_ key: Key, _ body: (inout Lane) -> Void) {
    let before = lanes[key]?.count ?? 0
    if before == 0 { turns.append(key) }
    body(&lanes[key, default: Lane()])
    count += (lanes[key]?.count ?? 0) - before
    discardIfEmpty(key)
  }

  /// How many elements wait under `key`.
  func count(of key: Key) -> Int { lanes[key]?.count ?? 0 }

  mutating func popFirst() -> Lane.Element? {
    guard let key = turns.popFirst() else { return nil }
    let element = lanes[key]?.popFirst()
    count -= 1
    turns.append(key)
    discardIfEmpty(key)
    return element
  }

  mutating func removeFirst(where matches: (Lane.Element) -> Bool) -> Lane.Element? {
    for key in turns {
      if let element = lanes[key]?.removeFirst(where: matches) {
        count -= 1
        discardIfEmpty(key)
        return element
      }
    }
    return nil
  }

  private mutating func discardIfEmpty(_ key: Key) {
    guard lanes[key]?.count ?? 0 == 0 else { return }
    lanes[key] = nil
    turns.removeAll { $0 == key }
  }
}
