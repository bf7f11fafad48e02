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

/// The requests that a tenant may make just now: a bucket that holds as many as one second allows,
/// and fills again at that rate.
///
/// It is counted exactly, in billionths of a request, of which a rate of one per second brings one
/// each nanosecond. The rate is an argument, since it may change at any time: what was taken stays
/// taken then, but is never more than the bucket holds.
struct RequestBucket: Sendable {
  private static let request: Int64 = 1_000_000_000
  /// The time in which an empty bucket fills, whatever the rate.
  private static let window = TimeAmount.seconds(1)

  /// What is missing from a full bucket, at ``time``.
  private var taken: Int64 = 0
  private var time: NIODeadline

  /// A full one.
  init(now: NIODeadline) {
    time = now
  }

  /// Whether it is surely full, at any rate.
  func isFull(now: NIODeadline) -> Bool { now - time >= Self.window }

  /// Takes one request.
  ///
  /// - Parameter rate: requests per second, 1 to 1,000,000.
  /// - Returns: how many are left; nil if there was none.
  mutating func take(rate: Int, now: NIODeadline) -> Int? {
    let capacity = Int64(rate) * Self.request
    // Threads may come in another order than they read the clock.
    let passed = max(.zero, min(now - time, Self.window))
    taken = max(0, min(taken, capacity) - passed.nanoseconds * Int64(rate))
    time = max(time, now)
    guard taken + Self.request <= capacity else { return nil }
    taken += Self.request
    return Int((capacity - taken) / Self.request)
  }
}
