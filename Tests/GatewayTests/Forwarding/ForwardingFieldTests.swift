import Testing

/// The upstream learns from the gateway, and from nobody else, whom a request is from.
struct ForwardingFieldTests {
  private static let echo: ScriptedUpstream.Script = { connection in
    let head = try await connection.read(until: "\r\n\r\n")
    try await connection.send(
      "HTTP/1.1 200 OK\r\nContent-Length: \(head.utf8.count)\r\n\r\n\(head)")
  }

  private static let trace = "4bf92f3577b34da6a3ce929d0e0e4736"

  /// What a client says of itself.
  private static let claims = [
    "X-Forwarded-For: 10.9.8.7", "X-Forwarded-Host: globex.finance.example",
    "X-Forwarded-Proto: https", "X-Forwarded-Port: 99", "Forwarded: for=10.9.8.7;proto=https",
    "X-Real-IP: 10.9.8.7", "X-Request-ID: mine", "traceparent: 00-\(trace)-00f067aa0ba902b7-01",
    "tracestate: vendor=1",
  ]

  /// The head that the upstream got.
  private func sent(_ gateway: ForwardingGateway) async throws -> String {
    let lines = ["GET / HTTP/1.1", "Host: Acme.Finance.Example", "Connection: close"] + Self.claims
    let answer = try await gateway.exchange(lines.joined(separator: "\r\n") + "\r\n\r\n")
    return try String(#require(answer.split(separator: "\r\n\r\n").dropFirst().first)) + "\r\n"
  }

  @Test func aClientsClaimsAreDropped() async throws {
    try await ForwardingGateway.run(before: Self.echo) { gateway, _ in
      let head = try await sent(gateway)
      for part in ["10.9.8.7", "globex", "https", "X-Forwarded-Port", "mine", Self.trace, "vendor"]
      { #expect(!head.contains(part), "\(part)") }
      #expect(head.contains("\nX-Forwarded-For: 127.0.0.1\r\n"))
      #expect(head.contains("\nX-Forwarded-Host: acme.finance.example\r\n"))
      #expect(head.contains("\nX-Forwarded-Proto: http\r\n"))
      #expect(
        head.contains("\nForwarded: for=127.0.0.1;host=\"acme.finance.example\";proto=http\r\n"))
      #expect(head.contains("\nVia: 1.1 terrace\r\n"))
      #expect(head.contains(/traceparent: 00-[0-9a-f]{32}-[0-9a-f]{16}-01/))
    }
  }

  @Test func aTrustedProxysClaimsAreContinued() async throws {
    try await ForwardingGateway.run(before: Self.echo, isTrusted: true) { gateway, _ in
      let head = try await sent(gateway)
      #expect(head.contains("\nX-Forwarded-For: 10.9.8.7, 127.0.0.1\r\n"))
      #expect(
        head.contains(
          "\nForwarded: for=10.9.8.7, for=127.0.0.1;host=\"acme.finance.example\";proto=http\r\n"))
      #expect(head.contains("\ntraceparent: 00-\(Self.trace)-"))
      #expect(!head.contains("00f067aa0ba902b7"))
      #expect(head.contains("\ntracestate: vendor=1\r\n"))
    }
  }

  /// nginx, for one, adds to X-Forwarded-For and lets the client's own Forwarded pass.
  @Test(arguments: [
    ("198.51.100.1, 203.0.113.7", "for=198.51.100.1, for=203.0.113.7, "),
    ("2001:db8::7", #"for="[2001:db8::7]", "#), ("203.0.113.7:4711", "for=203.0.113.7, "),
    ("x;proto=https, 203.0.113.7", "for=203.0.113.7, "), ("203.0.113.7, unknown", ""), ("", ""),
  ])
  func forwardedSaysWhatATrustedProxySaysInXForwardedFor(
    forwardedFor: String, nodes: String
  ) async throws {
    try await ForwardingGateway.run(before: Self.echo, isTrusted: true) { gateway, _ in
      let answer = try await gateway.get(
        fields: "X-Forwarded-For: \(forwardedFor)", "Forwarded: for=192.0.2.66;proto=https")
      #expect(answer.contains("\nForwarded: \(nodes)for=127.0.0.1;host="), "\(answer)")
      #expect(!answer.contains("192.0.2.66"))
    }
  }

  /// RFC 9110, section 7.6.3.
  @Test(arguments: [("1.0", "1.0 terrace"), ("1.1", "1.1 terrace")])
  func viaHasTheVersionThatTheRequestCameIn(version: String, via: String) async throws {
    try await ForwardingGateway.run(before: Self.echo) { gateway, _ in
      let answer = try await gateway.exchange(
        "GET / HTTP/\(version)\r\nHost: acme.finance.example\r\nVia: 2 edge\r\n"
          + "Connection: close\r\n\r\n")
      #expect(answer.contains("\nVia: 2 edge, \(via)\r\n"), "\(answer)")
    }
  }

  @Test func viaSaysSoIfTheRequestCameInHTTP2() async throws {
    try await ForwardingGateway.runHTTP2(before: Self.echo) { client in
      try await client.head(
        1,
        [
          (":method", "GET"), (":scheme", "https"), (":authority", "acme.finance.example"),
          (":path", "/"),
        ])
      let answer = try await client.answer(to: 1)
      #expect(answer.body.contains("\nVia: 2.0 terrace\r\n"), "\(answer.body)")
    }
  }

  @Test func eachRequestHasATraceOfItsOwn() async throws {
    try await ForwardingGateway.run(before: Self.echo) { gateway, _ in
      var traces: Set<Substring> = []
      for _ in 1...5 {
        let head = try await sent(gateway)
        traces.insert(try #require(head.firstMatch(of: /traceparent: (\S+)/)).1)
      }
      #expect(traces.count == 5)
    }
  }

  @Test func anUnknownTransferCodingIsRefused() async throws {
    try await ForwardingGateway.run(before: Self.echo) { gateway, upstream in
      let answer = try await gateway.exchange(
        "POST / HTTP/1.1\r\nHost: acme.finance.example\r\nTransfer-Encoding: gzip, chunked\r\n"
          + "Connection: close\r\n\r\n0\r\n\r\n")
      #expect(answer.hasPrefix("HTTP/1.1 501 "))
      #expect(upstream.connections == 0)
    }
  }
}
