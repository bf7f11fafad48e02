import Testing

@testable import TenantRegistry

@Suite struct RefreshWaitersTests {
  private let start = ContinuousClock.now

  @Test func nobodyWaitsWhereNobodyLooks() async {
    let refreshWaiters = RefreshWaiters()
    await refreshWaiters.wait(atMost: .seconds(3600)) {
      Issue.record("nobody is there to be woken")
    }
  }

  @Test func whoeverWaitsIsFinishedByTheNextLook() async {
    let refreshWaiters = RefreshWaiters()
    refreshWaiters.begin()
    var looks = 0
    await refreshWaiters.wait(atMost: .seconds(3600)) {
      looks += 1
      for waiter in refreshWaiters.take() { waiter.finish() }
    }
    #expect(looks == 1)
  }

  @Test func aLookThatDoesNotEndIsNotWaitedForLongerThanTheLimit() async {
    let refreshWaiters = RefreshWaiters()
    refreshWaiters.begin()
    await refreshWaiters.wait(atMost: .milliseconds(1)) {}
    #expect(refreshWaiters.take().count == 1)
  }

  @Test func theRegistryIsAskedAtMostTenTimesASecond() async {
    let refreshWaiters = RefreshWaiters()
    refreshWaiters.begin()
    var looks: [Int] = []
    for millisecond in stride(from: 0, to: 1000, by: 10) {
      let now = start + .milliseconds(millisecond)
      await refreshWaiters.wait(atMost: .seconds(3600), now: now) {
        looks.append(millisecond)
        for waiter in refreshWaiters.take(now: now) { waiter.finish() }
      }
    }
    #expect(looks == Array(stride(from: 0, to: 1000, by: 100)))
  }

  @Test func thoseWhoWaitForALookAreLetGoWhenNobodyLooksAnyMore() async {
    let refreshWaiters = RefreshWaiters()
    refreshWaiters.begin()
    await refreshWaiters.wait(atMost: .seconds(3600)) { refreshWaiters.end() }
    #expect(refreshWaiters.take().isEmpty)
  }
}
