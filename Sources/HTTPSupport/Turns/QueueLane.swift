import DequeModule

/// What a ``TurnQueue`` keeps of one key.
package protocol QueueLane<Element> {
  associatedtype Element
  init()
  var count: Int { get }
  mutating func popFirst() -> Element?
  /// Takes out the last element; where keys take turns, the last of the key that has most.
  mutating func popLast() -> Element?
  /// Takes out the last element that matches, wherever it waits.
  mutating func removeLast(where matches: (Element) -> Bool) -> Element?
}

extension Deque: QueueLane {
  package mutating func removeLast(where matches: (Element) -> Bool) -> Element? {
    lastIndex(where: matches).map { remove(at: $0) }
  }
}
