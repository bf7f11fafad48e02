import Testing

@testable import Gateway

/// Requests per second of a tenant, at a running server.
@Suite(.preparedDatabase) struct RequestLimitTests {
  @Test func theSecondRequestOfASecondIsTooManyWhereOneIsAllowed() async throws {
    let fixture = try #require(PreparedDatabase.fixture)
    try await fixture.serve { server in
      try await server.addTenant("globex")
      let (slug, first, second) = try await Self.twoWithinASecond(server)
      #expect(first.status == 200)
      #expect(first.headers["ratelimit-policy"] == [#""tenant";q=1;w=1"#])
      #expect(first.headers["ratelimit"] == [#""tenant";r=0;t=1"#])
      #expect(first.headers.first(name: "retry-after") == nil)
      // It has no token: that would be the next thing to be said.
      #expect(second.status == 429)
      #expect(second.problem == "too-many-requests")
      #expect(second.string("request_id") == second.headers.first(name: "x-request-id"))
      #expect(second.string("detail")?.contains("Each replica") == true)
      #expect(second.headers["retry-after"] == ["1"])
      #expect(second.headers["ratelimit-policy"] == [#""tenant";q=1;w=1"#])
      #expect(second.headers["ratelimit"] == [#""tenant";r=0;t=1"#])
      let metrics = try await server.ops("/metrics").body
      #expect(metrics.contains(#"terrace_tenant_requests_total{tenant="\#(slug)"} 2"#))
      #expect(metrics.contains(#"terrace_tenant_requests_refused_total{tenant="\#(slug)"} 1"#))
      for _ in 1...5 {
        let other = try await server.call("globex.localhost", "/health")
        #expect(other.status == 200)
        #expect(!other.headers.contains { $0.name.lowercased().hasPrefix("ratelimit") })
      }
      try await server.limit(slug, #"{"requests_per_second":1000}"#)
      for _ in 1...5 {
        let answer = try await server.call("\(slug).localhost", "/health")
        #expect(answer.status == 200)
        #expect(answer.headers["ratelimit-policy"] == [#""tenant";q=1000;w=1"#])
      }
      try await server.limit(slug, "{}")
      #expect(
        try await server.call("\(slug).localhost", "/health").headers["ratelimit"].isEmpty)
    }
  }

  /// What a new tenant that may make one request per second is answered to two that came within
  /// one. A machine that was too slow for that tries again.
  private static func twoWithinASecond(
    _ server: RunningServer
  ) async throws -> (String, RunningServer.Answer, RunningServer.Answer) {
    var attempt = 0
    while true {
      attempt += 1
      let slug = "limited-\(attempt)"
      try await server.addTenant(slug)
      try await server.limit(slug, #"{"requests_per_second":1}"#)
      let start = ContinuousClock.now
      let first = try await server.call("\(slug).localhost", "/health")
      let second = try await server.call("\(slug).localhost", "/analytics?period=current_month")
      if ContinuousClock.now - start < .seconds(1) { return (slug, first, second) }
    }
  }

  @Test func theAdminIsToldTheLimitAndWhatItMayNotBe() async throws {
    let fixture = try #require(PreparedDatabase.fixture)
    try await fixture.serve { server in
      try await server.addTenant("initech")
      let answer = try await server.limit("initech", #"{"requests_per_second":1000000}"#)
      #expect(answer.body.contains(#""limits":{"requests_per_second":1000000}"#))
      for value in ["0", "-1", "1000001"] {
        let refused = try await server.admin(
          .PUT, "/admin/tenants/initech/limits", json: #"{"requests_per_second":\#(value)}"#)
        #expect(refused.status == 422, "\(value)")
        #expect(refused.body.contains(#""field":"requests_per_second""#), "\(value)")
      }
      let text = try await server.admin(
        .PUT, "/admin/tenants/initech/limits", json: #"{"requests_per_second":"10"}"#)
      #expect(text.status == 400)
      #expect(text.body.contains(#""field":"requests_per_second""#))
      let kept = try await server.admin(.GET, "/admin/tenants/initech")
      #expect(kept.body.contains(#""limits":{"requests_per_second":1000000}"#))
    }
  }
}
