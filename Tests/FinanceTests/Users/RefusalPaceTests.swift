import Testing

@testable import Finance

struct RefusalPaceTests {
  private var pace = RefusalPace()

  /// Whatever the work took, the answer comes at one time: up to twice the shortest.
  @Test mutating func refusalsComeAtOneTime() {
    #expect(answer(after: 100) == 200)
    for milliseconds in [100, 101, 115, 130, 199] {
      #expect(answer(after: milliseconds) == 200)
    }
    #expect(answer(after: 201) == 400)
  }

  @Test mutating func theShortestTimeCounts() {
    #expect(answer(after: 1000) == 2000)
    #expect(answer(after: 100) == 200)
    #expect(answer(after: 150) == 200)
  }

  @Test mutating func twoComparisonsTakeTwiceAsLong() {
    #expect(answer(after: 100) == 200)
    #expect(answer(after: 210, comparisons: 2) == 400)
    #expect(answer(after: 230, comparisons: 2) == 400)
  }

  /// When the answer is sent, in milliseconds.
  private mutating func answer(after milliseconds: Int, comparisons: Int = 1) -> Int {
    let elapsed = Duration.milliseconds(milliseconds)
    let sent = elapsed + pace.delay(after: elapsed, comparisons: comparisons)
    return Int((sent / .milliseconds(1)).rounded())
  }
}
