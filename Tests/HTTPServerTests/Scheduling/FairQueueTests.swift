import Testing

@testable import HTTPServer

struct FairQueueTests {
  private var queue = FairQueue<String, String>()

  @Test mutating func keysTakeTurnsHoweverMuchOneOfThemHas() {
    append(["a1", "a2", "a3", "a4", "b1", "c1", "b2"])
    #expect(queue.count == 7)
    #expect(drain() == ["a1", "b1", "c1", "a2", "b2", "a3", "a4"])
    #expect(queue.count == 0)
  }

  @Test mutating func aKeyThatComesBackWaitsItsTurn() {
    append(["a1", "b1", "b2"])
    #expect(queue.popFirst() == "a1")
    append(["a2"])
    #expect(drain() == ["b1", "a2", "b2"])
  }

  private mutating func append(_ elements: [String]) {
    for element in elements { queue.append(element, for: String(element.prefix(1))) }
  }

  private mutating func drain() -> [String] {
    var elements: [String] = []
    while let element = queue.popFirst() { elements.append(element) }
    return elements
  }
}
