import NIOCore
import Tenancy

/// The buckets of the tenants that made requests within the last second.
///
/// All others are full, so that nothing need be kept of them: they are forgotten from time to time.
/// A bucket so belongs to its tenant, whatever becomes of what the registry says of it.
struct RequestBuckets: Sendable {
  private static let fewest = 64

  private var buckets: [TenantID: RequestBucket] = [:]
  /// How many there may be before the full ones are forgotten.
  private var capacity = fewest

  var count: Int { buckets.count }

  /// Takes one request of the tenant.
  ///
  /// - Returns: how many are left; nil if there was none.
  mutating func take(_ tenant: TenantID, rate: Int, now: NIODeadline) -> Int? {
    if buckets.count >= capacity { forgetFull(now: now) }
    return buckets[tenant, default: RequestBucket(now: now)].take(rate: rate, now: now)
  }

  /// Leaves room for as many again, so that it costs each newcomer little.
  private mutating func forgetFull(now: NIODeadline) {
    buckets = buckets.filter { !$0.value.isFull(now: now) }
    capacity = max(Self.fewest, buckets.count * 2)
  }
}
