import Testing

@testable import Gateway

/// A request is sent again only if nobody can have seen it.
struct RetryTests {
  @Test func aRequestThatWasSentIsNotSentAgain() async throws {
    let script: ScriptedUpstream.Script = { connection in
      let head = try await connection.read(until: "\r\n\r\n")
      guard head.contains("/first") else { return }
      try await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
      _ = try await connection.read(until: "\r\n\r\n")
    }
    try await ForwardingGateway.run(before: script) { gateway, upstream in
      try await RawConnection.open(port: gateway.port) { client in
        let host = "Host: acme.finance.example\r\n\r\n"
        try await client.send("GET /first HTTP/1.1\r\n\(host)")
        _ = try await client.read(until: "\r\n\r\nok")
        try await client.send("GET /second HTTP/1.1\r\n\(host)")
        let answer = try await client.read(until: "upstream-closed")
        #expect(answer.hasPrefix("HTTP/1.1 502 "), "\(answer)")
      }
      #expect(upstream.connections == 1)
    }
  }

  @Test func nobodyThereIsABadGateway() async throws {
    // Port 1: nothing listens there.
    try await ForwardingGateway.run(before: 1) { gateway in
      let answer = try await gateway.get()
      #expect(answer.hasPrefix("HTTP/1.1 502 "), "\(answer)")
      #expect(answer.contains("/problems/upstream-unreachable"))
    }
  }
}
