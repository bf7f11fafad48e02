import TestSupport
import Testing

@testable import PostgresClient

struct StatementCacheTests {
  private func key(_ sql: String, role: String? = nil) -> StatementCache.Key {
    .init(scope: role.map { SessionScope(role: $0, schema: $0) }, sql: sql)
  }

  @Test func theStatementUsedLongestAgoMakesRoom() {
    var cache = StatementCache(capacity: 2)
    cache.insert(key("a"), name: "s1")
    cache.insert(key("b"), name: "s2")
    #expect(cache.use(key("a")) == "s1")
    cache.insert(key("c"), name: "s3")
    #expect(cache.use(key("b")) == nil)
    #expect(cache.use(key("a")) == "s1")
    #expect(cache.takeEvicted() == ["s2"])
    #expect(cache.takeEvicted() == [])
  }

  @Test func scopesNeverShareAStatement() {
    var cache = StatementCache(capacity: 2)
    cache.insert(key("a", role: "t_x"), name: "s1")
    #expect(cache.use(key("a", role: "t_y")) == nil)
    #expect(cache.use(key("a")) == nil)
  }

  @Test func preparingAgainReplacesAndDeallocates() {
    var cache = StatementCache(capacity: 2)
    cache.insert(key("a"), name: "s1")
    cache.insert(key("a"), name: "s2")
    #expect(cache.use(key("a")) == "s2")
    #expect(cache.takeEvicted() == ["s1"])
  }

  @Test func aLongRandomHistoryNeverExceedsTheCapacityAndLosesNoName() {
    var random = SeededGenerator(seed: 7)
    var cache = StatementCache(capacity: 5)
    var live: Set<String> = []
    for _ in 0..<10_000 {
      let key = key("q\(Int.random(in: 0..<12, using: &random))")
      if cache.use(key) == nil {
        let name = cache.makeName()
        cache.insert(key, name: name)
        #expect(live.insert(name).inserted)
      } else if Int.random(in: 0..<10, using: &random) == 0 {
        cache.remove(key)
      }
      for name in cache.takeEvicted() { #expect(live.remove(name) != nil) }
      #expect(cache.count <= 5)
      #expect(live.count == cache.count)
    }
  }
}
