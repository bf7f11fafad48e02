import DequeModule

/// A queue whose keys take turns: each takes one element out, then the next key's turn comes.
/// Turn queues nest, when their lanes are turn queues themselves.
package struct TurnQueue<Key: Hashable & Sendable, Lane: QueueLane>: QueueLane {
  package private(set) var lanes: [Key: Lane] = [:]
  /// The keys that have elements; the first one's turn is next.
  private var turns: Deque<Key> = []

  package private(set) var count = 0

  package init() {}

  /// Changes the lane of `key`.
  package mutating func withLane(_ key: Key, _ body: (inout Lane) -> Void) {
    let before = lanes[key]?.count ?? 0
    if before == 0 { turns.append(key) }
    body(&lanes[key, default: Lane()])
    count += (lanes[key]?.count ?? 0) - before
    discardIfEmpty(key)
  }

  /// How many elements wait under `key`.
  package func count(of key: Key) -> Int { lanes[key]?.count ?? 0 }

  package mutating func popFirst() -> Lane.Element? {
    guard let key = turns.popFirst() else { return nil }
    let element = lanes[key]?.popFirst()
    count -= 1
    if count(of: key) > 0 { turns.append(key) } else { lanes[key] = nil }
    return element
  }

  package mutating func popLast() -> Lane.Element? {
    // Of keys that have equally many, the one whose turn comes last.
    let longest = turns.reversed().max { count(of: $0) < count(of: $1) }
    guard let longest else { return nil }
    let element = lanes[longest]?.popLast()
    count -= 1
    discardIfEmpty(longest)
    return element
  }

  /// Takes out the last element of the key that has most, if it is left with no fewer than `key`
  /// has with one more.
  package mutating func makeRoom(for key: Key) -> Lane.Element? {
    let most = lanes.values.reduce(0) { max($0, $1.count) }
    return count(of: key) + 1 < most ? popLast() : nil
  }

  package mutating func removeLast(where matches: (Lane.Element) -> Bool) -> Lane.Element? {
    for key in turns.reversed() {
      if let element = lanes[key]?.removeLast(where: matches) {
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
