import NIOCore
import TestSupport
import Testing

@testable import Gateway

struct RequestBucketTests {
  private static func time(_ nanoseconds: UInt64) -> NIODeadline {
    .uptimeNanoseconds(5_000_000_000 + nanoseconds)
  }

  private static let second: UInt64 = 1_000_000_000

  @Test(arguments: [1, 3, 1000, 999_999, 1_000_000])
  func asManyAsOneSecondAllowsMayComeAtOnce(rate: Int) {
    var bucket = RequestBucket(now: Self.time(0))
    for left in (0..<rate).reversed() {
      guard bucket.take(rate: rate, now: Self.time(0)) == left else {
        Issue.record("\(left) should be left")
        return
      }
    }
    #expect(bucket.take(rate: rate, now: Self.time(0)) == nil)
  }

  @Test func oneComesBackAtItsTimeAndNotBefore() {
    var bucket = RequestBucket(now: Self.time(0))
    for _ in 1...4 { _ = bucket.take(rate: 4, now: Self.time(0)) }
    #expect(bucket.take(rate: 4, now: Self.time(Self.second / 4 - 1)) == nil)
    #expect(bucket.take(rate: 4, now: Self.time(Self.second / 4)) == 0)
    #expect(bucket.take(rate: 4, now: Self.time(Self.second / 4)) == nil)
  }

  @Test func aLongPauseFillsItAndNoMore() {
    var bucket = RequestBucket(now: Self.time(0))
    for _ in 1...3 { _ = bucket.take(rate: 3, now: Self.time(0)) }
    #expect(!bucket.isFull(now: Self.time(Self.second - 1)))
    #expect(bucket.isFull(now: Self.time(Self.second)))
    #expect(bucket.take(rate: 3, now: Self.time(3600 * Self.second)) == 2)
  }

  @Test func aHigherRateCountsAtOnceAndForgivesNothing() {
    var bucket = RequestBucket(now: Self.time(0))
    for _ in 1...2 { _ = bucket.take(rate: 2, now: Self.time(0)) }
    #expect(bucket.take(rate: 10, now: Self.time(0)) == 7)
  }

  @Test func aLowerRateCountsAtOnceAndOwesNoMoreThanABucket() {
    var bucket = RequestBucket(now: Self.time(0))
    for _ in 1...50 { _ = bucket.take(rate: 100, now: Self.time(0)) }
    #expect(bucket.take(rate: 2, now: Self.time(0)) == nil)
    #expect(bucket.take(rate: 2, now: Self.time(Self.second / 2)) == 0)
  }

  @Test func anEarlierTimeFromAnotherThreadBringsNothing() {
    var bucket = RequestBucket(now: Self.time(Self.second))
    #expect(bucket.take(rate: 1, now: Self.time(Self.second)) == 0)
    #expect(bucket.take(rate: 1, now: Self.time(0)) == nil)
    #expect(bucket.take(rate: 1, now: Self.time(Self.second + 1)) == nil)
    #expect(bucket.take(rate: 1, now: Self.time(2 * Self.second)) == 0)
  }

  /// In no stretch of time more are let through than the rate allows, and as many as may come at
  /// once; whatever that permits is let through.
  @Test(arguments: 1...8) func noStretchOfTimeHasMoreThanRateAndBurst(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let rate = [1, 3, 7, 100].randomElement(using: &random) ?? 1
    var bucket = RequestBucket(now: Self.time(0))
    var admitted: [UInt64] = []
    var now: UInt64 = 0
    var refusals = 0
    for _ in 1...400 {
      now +=
        UInt64.random(in: 0...(3 * Self.second / UInt64(rate)), using: &random)
        / UInt64.random(in: 1...8, using: &random)
      let left = Self.left(admitted + [now], rate: rate)
      #expect(bucket.take(rate: rate, now: Self.time(now)) == left, "seed \(seed), at \(now)")
      if left == nil { refusals += 1 } else { admitted.append(now) }
    }
    #expect(refusals > 0)
    #expect(admitted.count > 1)
  }

  /// How many more may follow these at the time of the last; nil if it is one too many already.
  private static func left(_ times: [UInt64], rate: Int) -> Int? {
    guard let now = times.last else { return nil }
    let room =
      times.indices.map { first in
        let nanorequests = Int(now - times[first]) * rate + rate * Int(second)
        return nanorequests - (times.count - first) * Int(second)
      }.min() ?? 0
    return room < 0 ? nil : room / Int(second)
  }
}
