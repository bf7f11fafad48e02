import HTTPSupport
import PostgresClient
import TestSupport
import Testing

@testable import Gateway

/// A tenant that its own deployment serves, seen through the shared gateway.
@Suite(.preparedDatabase) struct DedicatedTenantTests {
  private static let script: ScriptedUpstream.Script = { connection in
    while true {
      let head = try await connection.read(until: "\r\n\r\n")
      if head.isEmpty { return }
      try await connection.send(
        "HTTP/1.1 200 OK\r\nContent-Length: \(head.utf8.count)\r\n\r\n\(head)")
    }
  }

  /// Runs a server that forwards acme to a scripted upstream, over plain HTTP.
  private static func run(
    _ body: @Sendable (RunningServer) async throws -> Void
  ) async throws {
    let fixture = try #require(PreparedDatabase.fixture)
    try await ScriptedUpstream.run(script) { upstream in
      var configuration = fixture.configuration
      var addresses = UpstreamAddresses(isTLS: false)
      addresses.overrides["tenant-acme"] = Authority("127.0.0.1:\(upstream.port)")
      configuration.server.forwarding.addresses = addresses
      try await fixture.serve(configuration) { server in
        try await server.addTenant("acme")
        try await server.addTenant("globex")
        try await fixture.dedicate("acme")
        try await eventually("its requests are forwarded") {
          try await server.call("acme.localhost", "/health").body != "success"
        }
        try await body(server)
      }
    }
  }

  @Test func itsRequestsAreForwardedAndItsPathURLsLeadToItsHost() async throws {
    try await Self.run { server in
      let answer = try await server.call("acme.localhost", "/ledgers?x=1")
      #expect(answer.body.hasPrefix("GET /ledgers?x=1 HTTP/1.1\r\nHost: acme.localhost\r\n"))
      let redirect = try await RawConnection.exchange(
        port: try #require(server.ports.public),
        "GET /t/acme/ledgers?x=1 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
      #expect(redirect.hasPrefix("HTTP/1.1 308 "))
      #expect(redirect.contains("\nLocation: http://acme.localhost:0/ledgers?x=1\r\n"))
      #expect(try await server.call("globex.localhost", "/health").body == "success")
    }
  }
}

extension ServerFixture {
  /// Has a tenant be served by its own deployment from now on.
  fileprivate func dedicate(_ slug: String) async throws {
    let client = PostgresClient(logger: Self.logger)
    defer { client.close() }
    _ = try await client.database(login("terrace_owner", "owner")).query(
      """
      update registry.tenants set served_by = 'dedicated'
      where id = (select tenant_id from registry.hosts where name = \(slug))
      """)
  }
}
