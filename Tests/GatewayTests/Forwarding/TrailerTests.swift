import TestSupport
import Testing

struct TrailerTests {
  /// Fields by which a message is read, routed, authenticated or kept may not come after it.
  private static let forbidden =
    "Host: globex.finance.example\r\nContent-Encoding: gzip\r\nContent-Range: bytes 1-2/3\r\n"
    + "Authorization: Basic QQ==\r\nSet-Cookie: a=1\r\nIf-Match: *\r\nKeep-Alive: timeout=5\r\n"
    + "X-Forwarded-For: 10.9.8.7\r\nContent-Type: text/html\r\nTE: trailers\r\n"

  @Test func trailersFollowTheBody() async throws {
    let script: ScriptedUpstream.Script = { connection in
      _ = try await connection.read(until: "\r\n\r\n")
      let forbidden = Self.forbidden.replacing("X-Forwarded-For: 10.9.8.7\r\n", with: "")
      try await connection.send(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n3\r\nabc\r\n"
          + "0\r\nX-Sum: 7\r\n\(forbidden)\r\n")
    }
    try await ForwardingGateway.run(before: script) { gateway, _ in
      let answer = try await gateway.get()
      #expect(answer.hasSuffix("3\r\nabc\r\n0\r\nX-Sum: 7\r\n\r\n"), "\(answer)")
    }
  }

  /// Sends a request with trailers.
  ///
  /// - Returns: The end of what the upstream got.
  private static func upload(_ trailers: String) async throws -> String {
    let received = Mailbox()
    let script: ScriptedUpstream.Script = { connection in
      var text = try await connection.read(until: "abc\r\n")
      while !text.hasSuffix("\r\n\r\n"), let bytes = try await connection.next() {
        text += String(buffer: bytes)
      }
      received.put(text.firstRange(of: "abc\r\n").map { String(text[$0.upperBound...]) } ?? "")
      try await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
    }
    try await ForwardingGateway.run(before: script) { gateway, _ in
      try await RawConnection.open(port: gateway.port) { client in
        try await client.send(
          "POST / HTTP/1.1\r\nHost: acme.finance.example\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "3\r\nabc\r\n")
        try await client.send("0\r\n\(trailers)\r\n")
        _ = try await client.read(until: "\r\n\r\nok")
      }
    }
    return received.take()
  }

  @Test func trailersOfARequestFollowItsBody() async throws {
    let received = try await Self.upload("X-Sum: 7\r\n\(Self.forbidden)X-More: a, b\r\n")
    #expect(received == "0\r\nX-Sum: 7\r\nX-More: a, b\r\n\r\n")
  }

  @Test(arguments: ["", forbidden])
  func aRequestWithoutTrailersEndsWithItsBody(trailers: String) async throws {
    #expect(try await Self.upload(trailers) == "0\r\n\r\n")
  }

  /// Those by which a message is framed are not even read.
  @Test(arguments: ["Content-Length: 1", "Transfer-Encoding: gzip"])
  func framingAfterTheBodyIsRefused(field: String) async throws {
    let script: ScriptedUpstream.Script = { connection in
      _ = try await connection.readToEnd()
    }
    try await ForwardingGateway.run(before: script) { gateway, _ in
      let answer = try await gateway.exchange(
        "POST / HTTP/1.1\r\nHost: acme.finance.example\r\nTransfer-Encoding: chunked\r\n\r\n"
          + "3\r\nabc\r\n0\r\n\(field)\r\n\r\n")
      #expect(answer.hasPrefix("HTTP/1.1 400 "), "\(answer)")
    }
  }
}
