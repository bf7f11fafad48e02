import NIOCore
import Tenancy
import Testing

@testable import Gateway

struct RequestBucketsTests {
  private static func time(_ seconds: UInt64) -> NIODeadline {
    .uptimeNanoseconds(seconds * 1_000_000_000)
  }

  @Test func eachTenantHasItsOwn() {
    var buckets = RequestBuckets()
    let (acme, globex) = (TenantID(), TenantID())
    #expect(buckets.take(acme, rate: 1, now: Self.time(1)) == 0)
    #expect(buckets.take(acme, rate: 1, now: Self.time(1)) == nil)
    #expect(buckets.take(globex, rate: 1, now: Self.time(1)) == 0)
  }

  @Test func thoseThatAreFullAgainAreForgottenAndNoOthers() {
    var buckets = RequestBuckets()
    for _ in 1...10_000 { _ = buckets.take(TenantID(), rate: 1, now: Self.time(1)) }
    #expect(buckets.count == 10_000)
    let acme = TenantID()
    #expect(buckets.take(acme, rate: 1, now: Self.time(2)) == 0)
    for _ in 1...10_000 { _ = buckets.take(TenantID(), rate: 1, now: Self.time(2)) }
    #expect(buckets.count <= 20_000)
    #expect(buckets.take(acme, rate: 1, now: Self.time(2)) == nil)
    for second in 3...100 as ClosedRange<UInt64> {
      for _ in 1...100 { _ = buckets.take(TenantID(), rate: 1, now: Self.time(second)) }
    }
    #expect(buckets.count < 10_000)
  }
}
