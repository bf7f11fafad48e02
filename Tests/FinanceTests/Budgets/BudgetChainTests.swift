import TestSupport
import Testing

@testable import Finance

struct BudgetChainTests {
  private typealias Month = BudgetChain.Month

  @Test(arguments: [(Rollover.all, -19_500), (.surplus, 0), (.none, 0)])
  func whatWasSpentTooMuchGoesOnWithAllOnly(rollover: Rollover, carried: Int) {
    let lines = BudgetChain.lines([
      Month(assigned: 30_000, spent: 49_500, rollover: rollover), Month(),
    ])
    #expect(lines[0].left == -19_500)
    #expect(lines[1].carried == Int128(carried))
  }

  @Test(arguments: [(Rollover.all, 500), (.surplus, 500), (.none, 0)])
  func whatWasNotSpentGoesOnUnlessNothingDoes(rollover: Rollover, carried: Int) {
    let lines = BudgetChain.lines([
      Month(assigned: 1000, spent: 500, rollover: rollover), Month(assigned: 100),
    ])
    #expect(lines[1].carried == Int128(carried))
    #expect(lines[1].left == Int128(carried + 100))
  }

  @Test func aPolicyIsForItsMonthAndThoseAfterIt() {
    let before = [Month(assigned: 10, spent: 30, rollover: .all), Month(spent: 5)]
    let kept = BudgetChain.lines(before + [Month(), Month()])
    let changed = BudgetChain.lines(before + [Month(rollover: .surplus), Month()])
    #expect(kept.map(\.carried) == [0, -20, -25, -25])
    // The month of the change still has what months before it carried on.
    #expect(changed.map(\.carried) == [0, -20, -25, 0])
  }

  @Test func withoutAPolicyNothingGoesOn() {
    #expect(BudgetChain.lines([Month(assigned: 5), Month()]).map(\.carried) == [0, 0])
  }

  /// Each month is worked out anew, from its definition.
  @Test(arguments: [1, 2, 3] as [UInt64])
  func aChainIsWhatEachMonthComesToByItself(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<200 {
      let months = (0..<Int.random(in: 1...30, using: &generator)).map { _ in
        Month(
          assigned: Int128(Int.random(in: -50...200, using: &generator)),
          spent: Int128(Int.random(in: -50...250, using: &generator)),
          rollover: Int.random(in: 0..<4, using: &generator) == 0
            ? Rollover.allCases.randomElement(using: &generator) : nil)
      }
      let lines = BudgetChain.lines(months)
      for index in months.indices {
        #expect(lines[index].left == Self.left(of: index, in: months))
      }
    }
  }

  private static func left(of index: Int, in months: [Month]) -> Int128 {
    let own = months[index].assigned - months[index].spent
    guard index > 0 else { return own }
    let before = left(of: index - 1, in: months)
    let policy = months[..<index].last { $0.rollover != nil }?.rollover
    switch policy {
    case .all: return own + before
    case .surplus: return before > 0 ? own + before : own
    case Rollover.none?, nil: return own
    }
  }
}
