import HTTPSupport
import Tenancy
import Testing

@testable import Gateway

struct VerifiedTokenCacheTests {
  private static func entry(_ user: Int64, generation: Int64 = 1) -> VerifiedTokenCache.Entry {
    .init(claims: TokenClaims(userID: user, epoch: 0), expires: 1, generation: generation)
  }

  @Test func anEntryIsFoundByTenantAndTokenInItsGeneration() {
    let cache = VerifiedTokenCache()
    let (acme, globex) = (TenantID(), TenantID())
    let key = VerifiedTokenCache.Key(tenant: acme, token: "a")
    cache.insert(Self.entry(1), for: key)
    #expect(cache[.init(tenant: acme, token: "a"), generation: 1]?.claims.userID == 1)
    #expect(cache[.init(tenant: acme, token: "a"), generation: 2] == nil)
    #expect(cache[.init(tenant: acme, token: "b"), generation: 1] == nil)
    #expect(cache[.init(tenant: globex, token: "a"), generation: 1] == nil)
  }

  @Test func itStaysWithinItsCapacity() {
    let cache = VerifiedTokenCache(capacity: 160)
    let tenant = TenantID()
    for user in 0..<10_000 {
      cache.insert(Self.entry(Int64(user)), for: .init(tenant: tenant, token: "\(user)"))
    }
    #expect(cache.count <= 160)
    #expect(cache.count >= 64)
  }

  @Test func whatIsUsedStays() {
    var entries = GenerationalCache<Int, Int>(capacity: 8)
    entries.insert(0, for: 0)
    for key in 1..<100 {
      entries.insert(key, for: key)
      #expect(entries.entry(for: 0) == 0)
    }
    #expect(entries.entry(for: 1) == nil)
    #expect(entries.count <= 8)
  }
}
