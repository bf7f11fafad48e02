import Testing

/// A tenant's server speaks for its own host only.
struct ResponseFieldTests {
  @Test func whatWouldReachBeyondTheTenantsHostIsDropped() async throws {
    let script: ScriptedUpstream.Script = { connection in
      _ = try await connection.read(until: "\r\n\r\n")
      try await connection.send(
        """
        HTTP/1.1 200 OK\r
        Content-Length: 2\r
        Set-Cookie: plain=1; Path=/; Secure\r
        Set-Cookie: wide=2; Path=/; Domain=finance.example\r
        Set-Cookie: odd=3;dOmAiN = .finance.example\r
        Set-Cookie: domain=4\r
        Strict-Transport-Security: max-age=1; includeSubDomains\r
        Clear-Site-Data: "*"\r
        Alt-Svc: h3=":443"\r
        Service-Worker-Allowed: /\r
        ETag: "5"\r
        \r
        ok
        """)
    }
    try await ForwardingGateway.run(before: script) { gateway, _ in
      let answer = try await gateway.get()
      #expect(answer.contains("\nSet-Cookie: plain=1; Path=/; Secure\r\n"))
      #expect(answer.contains("\nSet-Cookie: domain=4\r\n"))
      #expect(answer.contains("\nETag: \"5\"\r\n"))
      for part in [
        "wide", "odd", "strict-transport", "clear-site", "alt-svc", "service-worker",
      ] { #expect(!answer.lowercased().contains(part), "\(part)") }
    }
  }

  @Test func theGatewayNamesTheRequestAndTheTime() async throws {
    let script: ScriptedUpstream.Script = { connection in
      _ = try await connection.read(until: "\r\n\r\n")
      try await connection.send(
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Request-ID: theirs\r\nDate: never\r\n\r\nok")
    }
    try await ForwardingGateway.run(before: script) { gateway, _ in
      let answer = try await gateway.get().lowercased()
      #expect(answer.matches(of: /x-request-id:/).count == 1)
      #expect(answer.matches(of: /date:/).count == 1)
      #expect(!answer.contains("theirs") && !answer.contains("never"))
    }
  }

  @Test func aHeadRequestKeepsTheLength() async throws {
    let script: ScriptedUpstream.Script = { connection in
      _ = try await connection.read(until: "\r\n\r\n")
      try await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1234\r\n\r\n")
    }
    try await ForwardingGateway.run(before: script) { gateway, _ in
      let answer = try await gateway.exchange(
        "HEAD / HTTP/1.1\r\nHost: acme.finance.example\r\nConnection: close\r\n\r\n")
      #expect(answer.contains("\nContent-Length: 1234\r\n"))
      #expect(answer.hasSuffix("\r\n\r\n"))
    }
  }
}
