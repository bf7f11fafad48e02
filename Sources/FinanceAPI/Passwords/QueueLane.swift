import DequeModule

/// What a ``TurnQueue`` keeps of one key.
protocol QueueLane<Element> {
  associatedtype Element
  init()
  var count: Int { get }
  mutating func popFirst() -> Element?
  /// Takes out the first element that matches, wherever it waits.
  mutating func removeFirst(where matches: (Element) -> Bool) -> Element?
}

extension Deque: QueueLane {
  mutating func removeFirst(where matches: (Element) -> Bool) -> Element? {
    firstIndex(where: matches).map { remove(at: $0) }
  }
}
