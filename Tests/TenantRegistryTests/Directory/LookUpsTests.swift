import Testing

@testable import TenantRegistry

@Suite struct LookUpsTests {
  private let start = ContinuousClock.now

  @Test func nobodyWaitsWhereNobodyLooks() async {
    let lookUps = LookUps()
    await lookUps.wait(atMost: .seconds(3600)) { Issue.record("nobody is there to be woken") }
  }

  @Test func whoeverWaitsIsFinishedByTheNextLook() async {
    let lookUps = LookUps()
    lookUps.begin()
    var looks = 0
    await lookUps.wait(atMost: .seconds(3600)) {
      looks += 1
      for waiter in lookUps.take() { waiter.finish() }
    }
    #expect(looks == 1)
  }

  @Test func aLookThatDoesNotEndIsNotWaitedForLongerThanTheLimit() async {
    let lookUps = LookUps()
    lookUps.begin()
    await lookUps.wait(atMost: .milliseconds(1)) {}
    #expect(lookUps.take().count == 1)
  }

  @Test func theRegistryIsAskedAtMostTenTimesASecond() async {
    let lookUps = LookUps()
    lookUps.begin()
    var looks: [Int] = []
    for millisecond in stride(from: 0, to: 1000, by: 10) {
      let now = start + .milliseconds(millisecond)
      await lookUps.wait(atMost: .seconds(3600), now: now) {
        looks.append(millisecond)
        for waiter in lookUps.take(now: now) { waiter.finish() }
      }
    }
    #expect(looks == Array(stride(from: 0, to: 1000, by: 100)))
  }

  @Test func thoseWhoWaitForALookAreLetGoWhenNobodyLooksAnyMore() async {
    let lookUps = LookUps()
    lookUps.begin()
    await lookUps.wait(atMost: .seconds(3600)) { lookUps.end() }
    #expect(lookUps.take().isEmpty)
  }
}
