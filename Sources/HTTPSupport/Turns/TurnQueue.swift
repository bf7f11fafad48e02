import DequeModule

/// A queue whose keys take turns: each takes one element out, then the next key's turn comes.
package struct TurnQueue<Key: Hashable & Sendable, Element> {
  private var lanes: [Key: Deque<Element>] = [:]
  /// The keys that have elements; the first one's turn is next.
  private var turns: Deque<Key> = []

  package private(set) var count = 0

  package init() {}

  package mutating func append(_ element: Element, for key: Key) {
    if lanes[key] == nil { turns.append(key) }
    lanes[key, default: []].append(element)
    count += 1
  }

  package mutating func popFirst() -> Element? {
    guard let key = turns.popFirst() else { return nil }
    let element = lanes[key]?.popFirst()
    count -= 1
    if lanes[key]?.isEmpty ?? true { lanes[key] = nil } else { turns.append(key) }
    return element
  }
}
