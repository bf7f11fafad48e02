import TestSupport
import Testing

/// Where a response ends is decided by its status and its request's method, whatever its fields
/// say; what comes after it is nobody's, and its connection is used no more.
struct ResponseFramingTests {
  /// Runs a gateway before an upstream that sends `bytes` to each request of a connection.
  private static func run(
    _ bytes: String, _ body: @Sendable (ForwardingGateway, ScriptedUpstream) async throws -> Void
  ) async throws {
    let script: ScriptedUpstream.Script = { connection in
      while try await !connection.read(until: "\r\n\r\n").isEmpty {
        try await connection.send(bytes)
      }
    }
    try await ForwardingGateway.run(before: script) { try await body($0, $1) }
  }

  private static func request(_ method: String) -> String {
    "\(method) / HTTP/1.1\r\nHost: acme.finance.example\r\nConnection: close\r\n\r\n"
  }

  @Test(arguments: [
    ("GET", "HTTP/1.1 204 No Content\r\n\r\npoison"),
    ("GET", "HTTP/1.1 204 No Content\r\nContent-Length: 6\r\n\r\npoison"),
    (
      "GET", "HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n6\r\npoison\r\n0\r\n\r\n"
    ),
    ("GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 6\r\n\r\npoison"),
    (
      "GET",
      "HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n6\r\npoison\r\n0\r\n\r\n"
    ),
    ("HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison"),
    ("HEAD", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\npoison\r\n0\r\n\r\n"),
  ])
  func aBodyWhereNoneMayBeReachesNobody(method: String, response: String) async throws {
    try await Self.run(response) { gateway, upstream in
      for _ in 1...3 {
        let answer = try await gateway.exchange(Self.request(method))
        #expect(answer.hasSuffix("\r\n\r\n"), "\(answer)")
        #expect(!answer.lowercased().contains("transfer-encoding"), "\(answer)")
        #expect(!answer.contains("poison"), "\(answer)")
      }
      #expect(upstream.connections == 3)
    }
  }

  @Test(arguments: [
    "HTTP/1.1 204 No Content\r\n\r\n", "HTTP/1.1 304 Not Modified\r\nContent-Length: 6\r\n\r\n",
  ])
  func aResponseWithoutABodyLeavesItsConnectionUsable(response: String) async throws {
    try await Self.run(response) { gateway, upstream in
      try await RawConnection.open(port: gateway.port) { client in
        for _ in 1...3 {
          try await client.send("GET / HTTP/1.1\r\nHost: acme.finance.example\r\n\r\n")
          _ = try await client.read(until: "\r\n\r\n")
        }
      }
      #expect(upstream.connections == 1)
    }
  }

  @Test(arguments: ["extra", "\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison"])
  func whatComesAfterAResponseEndsTheConnection(extra: String) async throws {
    try await Self.run("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok" + extra) {
      gateway, upstream in
      for _ in 1...3 {
        let answer = try await gateway.get()
        #expect(answer.hasSuffix("\r\n\r\nok"), "\(answer)")
      }
      #expect(upstream.connections == 3)
    }
  }

  @Test func whatComesWhileNobodyAskedEndsTheConnection() async throws {
    let (answered, closed) = (Signal(), Signal())
    let script: ScriptedUpstream.Script = { connection in
      _ = try await connection.read(until: "\r\n\r\n")
      try await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
      await answered.wait()
      try await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison")
      _ = try await connection.readToEnd()
      closed.send()
    }
    try await ForwardingGateway.run(before: script) { gateway, upstream in
      _ = try await gateway.get()
      answered.send()
      await closed.wait()
      let answer = try await gateway.get()
      #expect(answer.hasSuffix("\r\n\r\nok"), "\(answer)")
      #expect(upstream.connections == 2)
    }
  }

  /// A length that one takes for none, and another for zero.
  @Test(arguments: [
    "Content-Length:", "Content-Length: \t", "Content-Length: +2", "Content-Length: 2, 2",
    "Content-Length: 2\r\nContent-Length: 2", "Transfer-Encoding:",
    "Transfer-Encoding:\r\nContent-Length: 2", "Content-Length: 2\r\nTransfer-Encoding: ,",
    "Transfer-Encoding: chunked, chunked", "Transfer-Encoding: chunked;x",
  ])
  func aLengthThatCanBeReadInTwoWaysIsRefused(fields: String) async throws {
    try await Self.run("HTTP/1.1 200 OK\r\n\(fields)\r\n\r\nok") { gateway, _ in
      let answer = try await gateway.get()
      #expect(answer.hasPrefix("HTTP/1.1 502 "), "\(answer)")
    }
  }
}
