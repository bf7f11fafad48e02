import Testing

struct HopByHopTests {
  /// Answers with the head that it gets as its body, and a mark.
  private static let echo: ScriptedUpstream.Script = { connection in
    let head = try await connection.read(until: "\r\n\r\n") + "<end>"
    try await connection.send(
      "HTTP/1.1 200 OK\r\nContent-Length: \(head.utf8.count)\r\n\r\n\(head)")
  }

  @Test func whatSpeaksOfTheClientsConnectionIsNotSentOn() async throws {
    try await ForwardingGateway.run(before: Self.echo) { gateway, _ in
      let request = """
        GET /x?y=1 HTTP/1.1\r
        Host: acme.finance.example\r
        Connection: keep-alive, X-Secret\r
        Connection: x-other\r
        X-Secret: 1\r
        X-Other: 2\r
        X-Kept: 3\r
        Keep-Alive: timeout=5\r
        Proxy-Connection: keep-alive\r
        Proxy-Authorization: Basic QQ==\r
        TE: trailers, deflate\r
        Upgrade: websocket\r
        Expect: nothing\r
        \r

        """
      let answer = try await gateway.exchange(request, until: "<end>")
      let sent = try #require(answer.split(separator: "\r\n\r\n").dropFirst().first).lowercased()
      #expect(sent.hasPrefix("get /x?y=1 http/1.1\r\nhost: acme.finance.example\r\n"))
      #expect(sent.contains("\r\nx-kept: 3\r\n"))
      for name in [
        "connection", "x-secret", "x-other", "keep-alive", "proxy-connection",
        "proxy-authorization", "te", "upgrade", "expect",
      ] { #expect(!sent.contains("\n\(name):"), "\(name)") }
    }
  }

  @Test func whatSpeaksOfTheUpstreamsConnectionIsNotPassedBack() async throws {
    let script: ScriptedUpstream.Script = { connection in
      _ = try await connection.read(until: "\r\n\r\n")
      try await connection.send(
        """
        HTTP/1.1 200 OK\r
        Content-Length: 2\r
        Connection: X-Internal\r
        X-Internal: 1\r
        X-Kept: 2\r
        Keep-Alive: timeout=5\r
        Proxy-Authenticate: Basic\r
        Upgrade: h2c\r
        \r
        ok
        """)
    }
    try await ForwardingGateway.run(before: script) { gateway, _ in
      let answer = try await gateway.get().lowercased()
      #expect(answer.hasPrefix("http/1.1 200 ok\r\n"))
      #expect(answer.contains("\nx-kept: 2\r\n"))
      #expect(answer.hasSuffix("\r\n\r\nok"))
      for name in ["x-internal", "keep-alive", "proxy-authenticate", "upgrade"] {
        #expect(!answer.contains("\n\(name):"), "\(name)")
      }
    }
  }

  @Test func namingTheLengthInConnectionDoesNotTakeItAway() async throws {
    let script: ScriptedUpstream.Script = { connection in
      let request = try await connection.read(until: "hello")
      let length = request.contains("ontent-Length: 5\r\n") ? "<kept>" : "<lost>"
      try await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n\(length)")
    }
    try await ForwardingGateway.run(before: script) { gateway, _ in
      let request = """
        POST / HTTP/1.1\r
        Host: acme.finance.example\r
        Connection: content-length\r
        Content-Length: 5\r
        \r
        hello
        """
      let answer = try await gateway.exchange(request, until: "t>")
      #expect(answer.hasSuffix("\r\n\r\n<kept>"))
    }
  }

  /// A request that tells how often it may be passed on, and what comes of it.
  private func exchange(
    _ method: String, maxForwards: String, _ gateway: ForwardingGateway
  ) async throws -> String {
    let lines = [
      "\(method) / HTTP/1.1", "Host: acme.finance.example", "Max-Forwards: \(maxForwards)",
      "Connection: close",
    ]
    return try await gateway.exchange(lines.joined(separator: "\r\n") + "\r\n\r\n")
  }

  @Test(arguments: [
    ("OPTIONS", "1", "0"), ("TRACE", "10", "9"), ("OPTIONS", "007", "6"),
    ("OPTIONS", "99999999999999999999", "9223372036854775806"), ("OPTIONS", "-1", "-1"),
    ("OPTIONS", "+1", "+1"), ("TRACE", "1, 2", "1, 2"), ("OPTIONS", "many", "many"),
    ("GET", "1", "1"), ("GET", "0", "0"),
  ])
  func thatARequestIsPassedOnIsCounted(method: String, value: String, sent: String) async throws {
    try await ForwardingGateway.run(before: Self.echo) { gateway, _ in
      let answer = try await exchange(method, maxForwards: value, gateway).lowercased()
      #expect(answer.hasPrefix("http/1.1 200 ok\r\n"))
      #expect(answer.contains("\r\nmax-forwards: \(sent)\r\n"))
    }
  }

  @Test func whatMayNotBePassedOnIsAnsweredByTheGateway() async throws {
    try await ForwardingGateway.run(before: Self.echo) { gateway, upstream in
      let allow = "\r\nallow: delete, get, head, options, patch, post, put\r\n"
      for (method, status) in [("OPTIONS", "204"), ("TRACE", "405")] {
        let answer = try await exchange(method, maxForwards: "0", gateway).lowercased()
        #expect(answer.hasPrefix("http/1.1 \(status) "))
        #expect(answer.contains(allow))
      }
      #expect(upstream.connections == 0)
    }
  }
}
