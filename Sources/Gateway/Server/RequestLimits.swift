import CoreMetrics
import HTTPSupport
import HTTPTypes
import NIOCore
import Synchronization
import Tenancy
import TenantRegistry

/// Holds tenants to their requests per second, and counts those that it refuses.
///
/// There is one for all event loops of a process, and nothing between processes: each replica
/// counts the requests that come to it, so that a tenant may make as many at each of them.
final class RequestLimiter: Sendable {
  private struct State: Sendable {
    var buckets = RequestBuckets()
    var refused: LabelCounters
  }

  private let state: Mutex<State>
  private let now: @Sendable () -> NIODeadline

  init(
    metrics: any MetricsFactory, now: @escaping @Sendable () -> NIODeadline = { NIODeadline.now() }
  ) {
    let refused = LabelCounters(
      name: "terrace_tenant_requests_refused_total", label: "tenant", factory: metrics)
    state = Mutex(State(refused: refused))
    self.now = now
  }

  /// Counts a request, if its tenant has a limit.
  ///
  /// - Returns: what is left after it; nil for a tenant without a limit.
  /// - Throws: ``Problem`` 429 if it is one too many.
  func admit(_ record: TenantRecord) throws(Problem) -> RequestQuota? {
    guard let rate = record.limits.requestsPerSecond else { return nil }
    return try admit(record.tenant, rate: rate)
  }

  /// - Parameter rate: the requests per second that the tenant may make by now.
  func admit(_ tenant: Tenant, rate: Int) throws(Problem) -> RequestQuota {
    let now = now()
    let (left, refused) = state.withLock { state -> (Int?, Counter?) in
      let left = state.buckets.take(tenant.id, rate: rate, now: now)
      return (left, left == nil ? state.refused.counter(for: tenant.slug) : nil)
    }
    refused?.increment()
    guard let left else { throw RequestQuota(rate: rate, left: 0).exceeded }
    return RequestQuota(rate: rate, left: left)
  }
}

/// What a tenant with a limit of requests per second is told of it, in the fields of
/// draft-ietf-httpapi-ratelimit-headers-11. The limit is that of each replica.
struct RequestQuota: Sendable, Equatable {
  /// Requests per second, as many of which may come at once.
  let rate: Int
  /// How many may come just now.
  let left: Int

  /// The window is the time in which an empty quota fills.
  func describe(in fields: inout HTTPFields) {
    fields[.rateLimitPolicy] = "\"tenant\";q=\(rate);w=1"
    fields[.rateLimit] = "\"tenant\";r=\(left);t=1"
  }

  /// The answer to a request that is one too many. At any rate there is room for one a second later.
  var exceeded: Problem {
    var problem = Problem.tooManyRequests(
      detail: """
        The tenant may make \(rate) requests per second. Each replica of the server counts those \
        that come to it.
        """)
    describe(in: &problem.headers)
    return problem
  }
}

extension HTTPField.Name {
  // Both are tokens, so that the initializer cannot fail.
  static let rateLimitPolicy = HTTPField.Name("RateLimit-Policy")!
  static let rateLimit = HTTPField.Name("RateLimit")!
}
