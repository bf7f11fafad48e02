import DequeModule
import HTTPSupport
import Testing

struct TurnQueueTests {
  private typealias Queue = TurnQueue<String, Deque<String>>

  @Test func keysTakeTurnsHoweverMuchOneOfThemHas() {
    var queue = Queue()
    for element in ["a1", "a2", "a3", "a4", "b1", "c1", "b2"] {
      queue.withLane(String(element.prefix(1))) { $0.append(element) }
    }
    #expect(drain(&queue) == ["a1", "b1", "c1", "a2", "b2", "a3", "a4"])
    #expect(queue.count == 0)
  }

  @Test func aKeyThatComesBackWaitsItsTurn() {
    var queue = Queue()
    for element in ["a1", "b1", "b2"] {
      queue.withLane(String(element.prefix(1))) { $0.append(element) }
    }
    #expect(queue.popFirst() == "a1")
    queue.withLane("a") { $0.append("a2") }
    #expect(drain(&queue) == ["b1", "a2", "b2"])
  }

  @Test func whatIsTakenOutOfTheMiddleLeavesTheRestInOrder() {
    var queue = Queue()
    for element in ["a1", "a2", "b1"] {
      queue.withLane(String(element.prefix(1))) { $0.append(element) }
    }
    #expect(queue.removeLast { $0 == "a1" } == "a1")
    #expect(queue.removeLast { $0 == "b1" } == "b1")
    #expect(queue.removeLast { $0 == "b1" } == nil)
    #expect(queue.count == 1)
    #expect(queue.count(of: "b") == 0)
    #expect(drain(&queue) == ["a2"])
  }

  @Test func lanesThatTakeTurnsThemselvesNest() {
    var queue = TurnQueue<String, TurnQueue<String, Deque<String>>>()
    for element in ["aX1", "aX2", "aX3", "aY1", "bZ1"] {
      queue.withLane(String(element.prefix(1))) { peers in
        peers.withLane(String(element.prefix(2))) { $0.append(element) }
      }
    }
    #expect(queue.count == 5)
    #expect(queue.count(of: "a") == 4)
    #expect(queue.removeLast { $0 == "aX2" } == "aX2")
    #expect(queue.count == 4)
    #expect(drain(&queue) == ["aX1", "bZ1", "aY1", "aX3"])
  }

  @Test(
    arguments: [
      (["a1", "a2", "b1"], "c", "a2"), (["a1", "a2", "b1"], "b", nil),
      (["a1", "b1"], "c", nil), (["a1", "a2", "a3", "b1"], "b", "a3"),
      (["a1", "a2", "a3", "b1"], "a", nil), (["a1", "a2", "b1", "b2"], "c", "b2"), ([], "c", nil),
    ] as [([String], String, String?)])
  func whoHasMostMakesRoomForWhoHasFewer(elements: [String], key: String, last: String?) {
    var queue = Queue()
    for element in elements {
      queue.withLane(String(element.prefix(1))) { $0.append(element) }
    }
    #expect(queue.makeRoom(for: key) == last)
    let rest = drain(&queue)
    #expect(rest.sorted() == elements.filter { $0 != last })
    #expect(queue.count == 0)
  }

  @Test func ofNestedLanesTheLongestOfTheLongestMakesRoom() {
    var queue = TurnQueue<String, TurnQueue<String, Deque<String>>>()
    for element in ["aX1", "aX2", "aY1", "bZ1", "bZ2"] {
      queue.withLane(String(element.prefix(1))) { peers in
        peers.withLane(String(element.prefix(2))) { $0.append(element) }
      }
    }
    #expect(queue.makeRoom(for: "c") == "aX2")
    #expect(queue.makeRoom(for: "b") == nil)
    #expect(drain(&queue) == ["aX1", "bZ1", "aY1", "bZ2"])
  }

  private func drain<Key, Lane>(_ queue: inout TurnQueue<Key, Lane>) -> [Lane.Element] {
    var elements: [Lane.Element] = []
    while let element = queue.popFirst() { elements.append(element) }
    return elements
  }
}
