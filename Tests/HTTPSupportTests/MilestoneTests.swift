import HTTPSupport
import Testing

struct MilestoneTests {
  @Test func allWhoWaitGoOnOnceItIsReached() async {
    let milestone = Milestone()
    await withDiscardingTaskGroup { group in
      for _ in 0..<100 { group.addTask { await milestone.wait() } }
      group.addTask { milestone.reach() }
    }
    #expect(milestone.isReached)
    await milestone.wait()
  }

  @Test func whoIsCancelledWaitsNoLonger() async {
    let milestone = Milestone()
    await withDiscardingTaskGroup { group in
      group.addTask { await milestone.wait() }
      group.cancelAll()
    }
    #expect(!milestone.isReached)
  }
}
