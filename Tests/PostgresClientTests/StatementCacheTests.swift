import TestSupport
import Testing

@testable import PostgresClient

struct StatementCacheTests {
  private func key(_ sql: String, role: String? = nil) -> StatementCache.Key {
    .init(scope: role.map { SessionScope(role: $0, schema: $0) }, text: StatementText(sql))
  }

  /// A cache with room for so many statements of one letter.
  private func cache(_ count: Int) -> StatementCache {
    StatementCache(budget: count * key("x").size)
  }

  /// Asks for the statement, and has it prepared if it is worth it.
  ///
  /// - Returns: whether it is sent by its name.
  @discardableResult
  private func ask(_ sql: String, _ cache: inout StatementCache) -> Bool {
    let key = key(sql)
    if cache.use(key) != nil { return true }
    guard cache.isWorthPreparing(key) else { return false }
    cache.insert(key, cache.makeName())
    return true
  }

  @Test func aStatementIsWorthPreparingTheSecondTime() {
    var cache = cache(2)
    #expect(!ask("a", &cache))
    #expect(!ask("b", &cache))
    #expect(ask("a", &cache))
    #expect(cache.use(key("a")) == .init(number: 1))
    #expect(cache.use(key("b")) == nil)
  }

  @Test func whatWasAskedForLongAgoDoesNotCount() {
    var cache = cache(2)
    ask("a", &cache)
    for number in 0..<10_000 { #expect(!ask("q\(number)", &cache)) }
    #expect(!ask("a", &cache))
    #expect(ask("a", &cache))
  }

  @Test func onceTheBudgetIsSpentAStatementMustBeAskedForMoreOftenThanTheOldest() {
    var cache = cache(2)
    for _ in 0..<4 { ask("a", &cache) }
    for _ in 0..<3 { ask("b", &cache) }
    for _ in 0..<4 { #expect(!ask("c", &cache)) }
    #expect(ask("c", &cache))
    #expect(cache.takeEvicted() == [.init(number: 1)])
    #expect(cache.takeEvicted() == [])
    #expect(ask("b", &cache))
    // It has not lost its past with its place, and the oldest is another now.
    #expect(ask("a", &cache) == false)
    #expect(ask("a", &cache))
    #expect(cache.takeEvicted() == [.init(number: 3)])
  }

  @Test func aPopularPastFades() {
    var cache = cache(1)
    for _ in 0..<1000 { ask("a", &cache) }
    for number in 0..<50_000 { ask("q\(number)", &cache) }
    #expect(!ask("b", &cache))
    #expect(ask("b", &cache))
    #expect(cache.takeEvicted() == [.init(number: 1)])
  }

  @Test func aLongTextTakesMoreOfTheBudgetThanAShortOne() {
    let short = key("select 1")
    let long = key(String(repeating: "select 1 ", count: 100))
    #expect(long.size > short.size)
    var cache = StatementCache(budget: long.size)
    cache.insert(short, .init(number: 1))
    #expect(cache.size == short.size)
    cache.insert(long, .init(number: 2))
    #expect(cache.size == long.size)
    #expect(cache.takeEvicted() == [.init(number: 1)])
  }

  @Test func whatIsLargerThanTheBudgetIsNotWorthPreparing() {
    var cache = StatementCache(budget: key("a").size - 1)
    for _ in 0..<10 { #expect(!ask("a", &cache)) }
  }

  @Test(arguments: [(1, "s1"), (10, "s10"), (987_654, "s987654")])
  func aNameIsItsNumberBehindALetter(number: Int, text: String) {
    let name = StatementCache.Name(number: number)
    #expect(name.description == text)
    #expect(name.withCString { String(cString: $0) } == text)
  }

  @Test func aStatementIsForgottenByItsName() {
    var cache = cache(2)
    cache.insert(key("a"), .init(number: 1))
    cache.insert(key("b"), .init(number: 2))
    cache.remove(StatementCache.Name(number: 1))
    #expect(cache.use(key("a")) == nil)
    #expect(cache.use(key("b")) == .init(number: 2))
    #expect(cache.takeEvicted() == [.init(number: 1)])
    cache.remove(StatementCache.Name(number: 1))
    #expect(cache.takeEvicted() == [])
  }

  @Test func scopesNeverShareAStatement() {
    var cache = cache(2)
    cache.insert(key("a", role: "t_x"), .init(number: 1))
    #expect(cache.use(key("a", role: "t_y")) == nil)
    #expect(cache.use(key("a")) == nil)
    let isWorthPreparing = ["t_y", "t_y", "t_z"].map { cache.isWorthPreparing(key("a", role: $0)) }
    #expect(isWorthPreparing == [false, true, false])
  }

  @Test func preparingAgainReplacesAndDeallocates() {
    var cache = cache(2)
    cache.insert(key("a"), .init(number: 1))
    cache.insert(key("a"), .init(number: 2))
    #expect(cache.use(key("a")) == .init(number: 2))
    #expect(cache.takeEvicted() == [.init(number: 1)])
    #expect(cache.size == key("a").size)
  }

  @Test func aLongRandomHistoryNeverExceedsTheBudgetAndLosesNoName() {
    var random = SeededGenerator(seed: 7)
    var cache = cache(5)
    var live: Set<StatementCache.Name> = []
    for _ in 0..<10_000 {
      let key = key("q\(Int.random(in: 0..<12, using: &random))")
      if cache.use(key) == nil {
        if cache.isWorthPreparing(key) || Int.random(in: 0..<20, using: &random) == 0 {
          let name = cache.makeName()
          cache.insert(key, name)
          #expect(live.insert(name).inserted)
        }
      } else if Int.random(in: 0..<10, using: &random) == 0 {
        cache.remove(key)
      }
      for name in cache.takeEvicted() { #expect(live.remove(name) != nil) }
      #expect(cache.size <= cache.budget)
      #expect(live.count == cache.count)
    }
  }
}
