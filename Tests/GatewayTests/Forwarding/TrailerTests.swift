import Testing

struct TrailerTests {
  @Test func trailersFollowTheBody() async throws {
    let script: ScriptedUpstream.Script = { connection in
      _ = try await connection.read(until: "\r\n\r\n")
      try await connection.send(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n3\r\nabc\r\n"
          + "0\r\nX-Sum: 7\r\nSet-Cookie: a=1\r\n\r\n")
    }
    try await ForwardingGateway.run(before: script) { gateway, _ in
      let answer = try await gateway.get()
      #expect(answer.hasSuffix("3\r\nabc\r\n0\r\nX-Sum: 7\r\n\r\n"), "\(answer)")
    }
  }
}
