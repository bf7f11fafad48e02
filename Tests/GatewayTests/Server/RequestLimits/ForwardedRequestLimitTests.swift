import TestSupport
import Testing

@testable import Gateway

/// Requests per second of a tenant that its own deployment serves.
struct ForwardedRequestLimitTests {
  @Test func itsOwnProcessAloneHoldsItToThem() async throws {
    try await ServerFixture.run { fixture in
      let port = try Loopback.freePort()
      var configuration = fixture.configuration
      var addresses = UpstreamAddresses(isTLS: false)
      addresses.overrides["tenant-acme"] = Authority("127.0.0.1:\(port)")
      configuration.server.forwarding.addresses = addresses
      try await fixture.serve(configuration) { shared in
        try await shared.addTenant("acme", isolation: "dedicated")
        var own = fixture.configuration(for: try await fixture.credentials(of: "acme"))
        own.server.publicListener.port = port
        try await fixture.serve(own) { dedicated in
          try await shared.move("acme", to: "dedicated", until: 200)
          try await shared.limit("acme", #"{"requests_per_second":1}"#)
          let answer = try await Self.firstRefusal(shared)
          #expect(answer.status == 429)
          #expect(answer.problem == "too-many-requests")
          #expect(answer.headers["retry-after"] == ["1"])
          #expect(answer.headers["ratelimit"] == [#""tenant";r=0;t=1"#])
          #expect(try await Self.refusals(dedicated) == ["none"])
          #expect(try await Self.refusals(shared) == ["forwarded"])
        }
      }
    }
  }

  private static func firstRefusal(_ server: RunningServer) async throws -> RunningServer.Answer {
    while true {
      let answer = try await server.call("acme.localhost", "/health")
      guard answer.status == 200 else { return answer }
      #expect(answer.headers["ratelimit-policy"] == [#""tenant";q=1;w=1"#])
    }
  }

  /// The routes at which the public listener answered 429.
  private static func refusals(_ server: RunningServer) async throws -> [String] {
    try await server.ops("/metrics").body.split(separator: "\n")
      .filter { $0.hasPrefix("terrace_http_requests_total{") && $0.contains(#"status="429""#) }
      .compactMap { $0.firstMatch(of: #/route="([^"]*)"/#).map { String($0.1) } }
  }
}
