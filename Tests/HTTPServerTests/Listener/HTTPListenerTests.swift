import HTTPServer
import HTTPSupport
import HTTPTypes
import Hummingbird
import TestSupport
import Testing

struct HTTPListenerTests {
  /// Answers with what it was asked.
  private struct Echo: RequestHandler {
    func handle(_ request: Request, _ exchange: HTTPExchange) async -> HandledRequest {
      let authority = request.head.authority ?? "none"
      let text = "<\(request.method) \(authority) \(request.head.path ?? "none")>"
      return HandledRequest(.text(text), route: "/echo", label: "acme")
    }
  }

  /// Reads the body, of at most ten bytes.
  private struct ReadBody: RequestHandler {
    var timeout = Request.bodyTimeout

    func handle(_ request: Request, _ exchange: HTTPExchange) async -> HandledRequest {
      do {
        let body = try await request.readBody(upTo: 10, within: timeout)
        return HandledRequest(.text("<\(String(buffer: body))>"))
      } catch {
        return HandledRequest(ErrorResponse.make(for: error, exchange: exchange))
      }
    }
  }

  @Test func aBodyThatTricklesIsGivenUpOn() async throws {
    try await TestListener.run(ReadBody(timeout: .milliseconds(50))) { listener in
      try await RawConnection.open(port: listener.port) { connection in
        try await connection.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab")
        let answer = try await connection.readToEnd()
        #expect(answer.hasPrefix("HTTP/1.1 408 "), "\(answer)")
      }
    }
  }

  @Test func severalHostsAreAllSeen() async throws {
    try await TestListener.run(Echo()) { listener in
      let response = try await RawConnection.exchange(
        port: listener.port,
        "GET / HTTP/1.1\r\nHost: a.localhost\r\nhOST: b.localhost\r\nConnection: close\r\n\r\n")
      #expect(response.contains("<GET a.localhost, b.localhost />"))
    }
  }

  @Test func anAbsoluteTargetIsSeenWhole() async throws {
    try await TestListener.run(Echo()) { listener in
      let response = try await RawConnection.exchange(
        port: listener.port,
        "GET http://a.localhost/x?y HTTP/1.1\r\nHost: b.localhost\r\nConnection: close\r\n\r\n")
      #expect(response.contains("<GET b.localhost http://a.localhost/x?y>"))
    }
  }

  @Test func aMissingHostIsSeenAsMissing() async throws {
    try await TestListener.run(Echo()) { listener in
      let response = try await RawConnection.exchange(
        port: listener.port, "GET /a//../b HTTP/1.1\r\nConnection: close\r\n\r\n")
      #expect(response.contains("<GET none /a//../b>"))
    }
  }

  @Test func aResponseHasDateAndRequestID() async throws {
    try await TestListener.run(Echo()) { listener in
      let response = try await RawConnection.exchange(
        port: listener.port, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
      #expect(response.contains("x-request-id: ") || response.contains("X-Request-ID: "))
      #expect(response.contains(/[Dd]ate: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT\r\n/))
    }
  }

  @Test func headHasNoBody() async throws {
    try await TestListener.run(Echo()) { listener in
      let response = try await RawConnection.exchange(
        port: listener.port, "HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
      #expect(response.contains(/[Cc]ontent-[Ll]ength: 10\r\n/))
      #expect(response.hasSuffix("\r\n\r\n"))
    }
  }

  @Test func pipelinedRequestsAreAnsweredInOrder() async throws {
    try await TestListener.run(Echo()) { listener in
      let response = try await RawConnection.exchange(
        port: listener.port,
        (1...3).map { "GET /\($0) HTTP/1.1\r\nHost: h\($0)\r\n\r\n" }.joined()
          + "GET /4 HTTP/1.1\r\nHost: h4\r\nConnection: close\r\n\r\n")
      let targets = response.matches(of: /<GET (\w+) \/(\d)>/).map { "\($0.1)\($0.2)" }
      #expect(targets == ["h11", "h22", "h33", "h44"])
    }
  }

  @Test(arguments: [
    ("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
    (
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"
        + "0\r\n\r\n", 400
    ),
    ("GET / HTTP/1.1\r\nHo st: a\r\n\r\n", 400), ("GET / HTTP/9.1\r\n\r\n", 505),
    ("nonsense\r\n\r\n", 501),
    ("GET / HTTP/1.1\r\nHost: a\r\nX: \(String(repeating: "x", count: 70_000))\r\n\r\n", 431),
  ])
  func brokenFramingIsRefusedWithAProblem(request: String, status: Int) async throws {
    try await TestListener.run(Echo()) { listener in
      let response = try await RawConnection.exchange(port: listener.port, request)
      #expect(response.hasPrefix("HTTP/1.1 \(status) "), "\(response)")
      #expect(response.contains("application/problem+json"))
      #expect(response.contains("request_id"))
    }
  }

  @Test func aBodyAboveTheLimitEndsTheConnection() async throws {
    try await TestListener.run(ReadBody()) { listener in
      let response = try await RawConnection.exchange(
        port: listener.port,
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n01234567890GET / HTTP/1.1\r\n\r\n")
      #expect(response.hasPrefix("HTTP/1.1 413 "))
      #expect(response.contains("application/problem+json"))
      #expect(response.matches(of: /HTTP\/1.1/).count == 1)
    }
  }

  @Test func anEndlessChunkedBodyEndsTheConnection() async throws {
    try await TestListener.run(ReadBody()) { listener in
      try await RawConnection.open(port: listener.port) { connection in
        try await connection.send(
          "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
        try await connection.send("b\r\n01234567890\r\nb\r\n01234567890\r\n")
        let response = try await connection.readToEnd()
        #expect(response.hasPrefix("HTTP/1.1 413 "))
      }
    }
  }

  @Test func aClientThatWaitsForContinueIsToldToGoOn() async throws {
    try await TestListener.run(ReadBody()) { listener in
      try await RawConnection.open(port: listener.port) { connection in
        try await connection.send(
          "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n")
        #expect(try await connection.read(until: "\r\n\r\n").hasPrefix("HTTP/1.1 100 "))
        try await connection.send("hello")
        #expect(try await connection.read(until: "<hello>").hasPrefix("HTTP/1.1 200 "))
      }
    }
  }

  @Test func anIdleConnectionIsClosed() async throws {
    var configuration = TestListener.configuration
    configuration.idleTimeout = .milliseconds(50)
    try await TestListener.run(Echo(), configuration: configuration) {
      let response = try await RawConnection.exchange(port: $0.port, "GET / HTTP/1.1\r\nHo")
      #expect(response.isEmpty)
    }
  }

  @Test func aPeerHasOnlySoManyConnections() async throws {
    var configuration = TestListener.configuration
    configuration.maximumConnectionsPerPeer = 1
    try await TestListener.run(Echo(), configuration: configuration) { listener in
      let request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
      try await RawConnection.open(port: listener.port) { first in
        try await first.send(request)
        #expect(try await first.read(until: ">").contains("200"))
        #expect(try await RawConnection.exchange(port: listener.port, request).isEmpty)
        try await first.send(request)
        #expect(try await first.read(until: ">").contains("200"))
      }
    }
  }

  @Test func aTrustedPeerHasAsManyAsItWants() async throws {
    var configuration = TestListener.configuration
    configuration.maximumConnectionsPerPeer = 0
    configuration.isTrusted = { $0.ipAddress == "127.0.0.1" }
    try await TestListener.run(Echo(), configuration: configuration) { listener in
      let response = try await RawConnection.exchange(
        port: listener.port, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
      #expect(response.contains("200"))
    }
  }

  @Test func whileDrainingEachResponseEndsItsConnection() async throws {
    try await TestListener.run(Echo()) { listener in
      listener.drain.begin()
      let response = try await RawConnection.exchange(
        port: listener.port, "GET / HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(response.contains(/[Cc]onnection: close\r\n/))
      #expect(response.contains("200"))
    }
  }

  @Test func shutdownEndsIdleConnections() async throws {
    try await TestListener.run(Echo()) { listener in
      try await RawConnection.open(port: listener.port) { connection in
        try await connection.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        _ = try await connection.read(until: ">")
        await listener.shutDown()
        #expect(try await connection.readToEnd().isEmpty)
      }
    }
  }

  @Test func aTakenPortIsAClearError() async throws {
    try await TestListener.run(Echo()) { listener in
      var configuration = TestListener.configuration
      configuration.port = listener.port
      let taken = configuration
      let error = await #expect(throws: ListenerError.self) {
        try await TestListener.run(Echo(), configuration: taken) { _ in }
      }
      #expect(
        error?.description
          == "the test listener cannot use 127.0.0.1:\(listener.port): Address already in use")
    }
  }

  @Test func requestsAreCountedByRouteAndTenant() async throws {
    try await TestListener.run(Echo()) { listener in
      for _ in 1...2 {
        _ = try await RawConnection.exchange(
          port: listener.port, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
      }
      let labels = #"listener="test",route="/echo""#
      // A request is counted when its response is written, so a client may be ahead of that.
      try await eventually("it is counted") {
        listener.metrics.render().contains(
          "terrace_http_requests_total{\(labels),status=\"200\"} 2\n")
      }
      let text = listener.metrics.render()
      #expect(text.contains("terrace_http_request_duration_seconds_count{\(labels)} 2\n"))
      #expect(text.contains(#"terrace_tenant_requests_total{tenant="acme"} 2"#))
    }
  }
}
