import HTTPSupport
import NIOCore
import Tenancy
import Testing

@testable import Gateway

struct RequestLimiterTests {
  private static let now = NIODeadline.uptimeNanoseconds(1_000_000_000)

  private static func tenant(_ slug: String) -> Tenant {
    Tenant(
      id: TenantID(), slug: slug, displayName: slug, timeZone: "UTC", currency: "USD",
      registration: .open)
  }

  @Test func ofManyAtOnceAsManyPassAsMay() async {
    let metrics = PrometheusMetrics()
    let limiter = RequestLimiter(metrics: metrics) { Self.now }
    let acme = Self.tenant("acme")
    let admitted = await withTaskGroup(of: Bool.self) { group in
      for _ in 1...500 {
        group.addTask { (try? limiter.admit(acme, rate: 200)) != nil }
      }
      return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
    }
    #expect(admitted == 200)
    let line = #"terrace_tenant_requests_refused_total{tenant="acme"} 300"#
    #expect(metrics.render().split(separator: "\n").contains { $0 == line })
  }

  @Test func whatIsRefusedIsToldHowLongAndWhy() throws {
    let limiter = RequestLimiter(metrics: PrometheusMetrics()) { Self.now }
    let acme = Self.tenant("acme")
    #expect(try limiter.admit(acme, rate: 2) == RequestQuota(rate: 2, left: 1))
    #expect(try limiter.admit(acme, rate: 2) == RequestQuota(rate: 2, left: 0))
    let problem = try #require(throws: Problem.self) { try limiter.admit(acme, rate: 2) }
    #expect(problem.status == .tooManyRequests)
    #expect(problem.type == "too-many-requests")
    #expect(problem.detail?.contains("Each replica") == true)
    #expect(problem.headers[.retryAfter] == "1")
    #expect(problem.headers[.rateLimitPolicy] == #""tenant";q=2;w=1"#)
    #expect(problem.headers[.rateLimit] == #""tenant";r=0;t=1"#)
  }

  /// As after any change in the registry: the tenant is known anew, and maybe by another name.
  @Test func aNewRecordOfATenantBringsNoNewRequests() throws {
    let limiter = RequestLimiter(metrics: PrometheusMetrics()) { Self.now }
    var acme = Self.tenant("acme")
    _ = try limiter.admit(acme, rate: 1)
    acme = Tenant(
      id: acme.id, slug: "renamed", displayName: "Renamed", timeZone: "UTC", currency: "USD",
      registration: .open)
    #expect(throws: Problem.self) { try limiter.admit(acme, rate: 1) }
    #expect(try limiter.admit(acme, rate: 3).left == 1)
  }
}
