import Testing

@testable import Gateway

struct MigrationProgressTests {
  private let start = ContinuousClock.now

  /// Whether it is worth waiting on, at each of these times after the start.
  private func verdicts(_ looks: [(behind: Int, after: Duration)]) -> [Bool] {
    var progress = MigrationProgress()
    return looks.map { progress.isUnderWay(behind: $0.behind, now: start + $0.after) }
  }

  @Test func isWorthWaitingForWhileTenantsBecomeFewer() {
    let looks = (0..<10).map { (20 - $0, MigrationProgress.patience / 10 * 9 * $0) }
    #expect(!verdicts(looks).contains(false))
  }

  @Test func isOverWhenNoTenantIsFinishedForLong() {
    let patience = MigrationProgress.patience
    // One that is registered meanwhile is no progress.
    let looks = [(3, .zero), (2, .seconds(1)), (3, .seconds(20)), (2, .seconds(1) + patience)]
    #expect(verdicts(looks + [(1, .seconds(60))]) == [true, true, true, false, true])
  }
}
