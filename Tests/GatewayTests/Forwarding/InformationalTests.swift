import TestSupport
import Testing

@testable import Gateway

/// Responses that come before the response: RFC 9110, section 15.2; RFC 8297.
@Suite(.timeLimit(.minutes(1)))
struct InformationalTests {
  private static let upload =
    "POST / HTTP/1.1\r\nHost: acme.finance.example\r\nContent-Length: 5\r\n"
    + "Expect: 100-continue\r\n\r\n"

  /// However busy the machine is, its upstream is asked first.
  private static let patient = {
    var configuration = ForwardingConfiguration()
    configuration.continueTimeout = .seconds(60)
    return configuration
  }()

  private static let hinting: ScriptedUpstream.Script = { connection in
    _ = try await connection.read(until: "\r\n\r\n")
    try await connection.send(
      "HTTP/1.1 100 Continue\r\n\r\n"
        + "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\nConnection: X-A\r\nX-A: 1\r\n\r\n"
        + "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
  }

  @Test func hintsArePassedOnAndWhatNobodyAskedForIsNot() async throws {
    try await ForwardingGateway.run(before: Self.hinting) { gateway, _ in
      let answer = try await gateway.get()
      let hint = "HTTP/1.1 103 \r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\n"
      #expect(answer.hasPrefix(hint), "\(answer)")
      #expect(answer.hasSuffix("\r\n\r\nok"))
    }
  }

  @Test func hintsAreNotForAClientOfHTTP10() async throws {
    try await ForwardingGateway.run(before: Self.hinting) { gateway, _ in
      let answer = try await gateway.exchange(
        "GET / HTTP/1.0\r\nHost: acme.finance.example\r\n\r\n")
      #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"), "\(answer)")
    }
  }

  @Test func hintsArriveBeforeTheResponseDoes() async throws {
    let hinted = Signal()
    let script: ScriptedUpstream.Script = { connection in
      _ = try await connection.read(until: "\r\n\r\n")
      try await connection.send("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n")
      await hinted.wait()
      try await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
    }
    try await ForwardingGateway.run(before: script) { gateway, _ in
      try await RawConnection.open(port: gateway.port) { client in
        try await client.send("GET / HTTP/1.1\r\nHost: acme.finance.example\r\n\r\n")
        let hint = try await client.read(until: "\r\n\r\n")
        #expect(hint == "HTTP/1.1 103 \r\nLink: </a>\r\n\r\n")
        hinted.send()
        _ = try await client.read(until: "\r\n\r\nok")
      }
    }
  }

  @Test func aClientIsToldToGoOnWhenItsUpstreamIs() async throws {
    let hinted = Signal()
    let script: ScriptedUpstream.Script = { connection in
      let head = try await connection.read(until: "\r\n\r\n")
      #expect(head.contains("\r\nExpect: 100-continue\r\n"), "\(head)")
      try await connection.send("HTTP/1.1 103 Early Hints\r\n\r\n")
      await hinted.wait()
      try await connection.send("HTTP/1.1 100 Continue\r\n\r\n")
      _ = try await connection.read(until: "hello")
      try await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngood")
    }
    try await ForwardingGateway.run(before: script, Self.patient) { gateway, _ in
      try await RawConnection.open(port: gateway.port) { client in
        try await client.send(Self.upload)
        #expect(try await client.read(until: "\r\n\r\n") == "HTTP/1.1 103 \r\n\r\n")
        hinted.send()
        #expect(try await client.read(until: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
        try await client.send("hello")
        #expect(try await client.read(until: "good").hasPrefix("HTTP/1.1 200 OK"))
      }
    }
  }

  @Test func aClientIsToldToGoOnWhenItsUpstreamSaysNothing() async throws {
    var configuration = ForwardingConfiguration()
    configuration.continueTimeout = .milliseconds(20)
    let script: ScriptedUpstream.Script = { connection in
      _ = try await connection.read(until: "hello")
      try await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngood")
    }
    try await ForwardingGateway.run(before: script, configuration) { gateway, _ in
      try await RawConnection.open(port: gateway.port) { client in
        try await client.send(Self.upload)
        #expect(try await client.read(until: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
        try await client.send("hello")
        #expect(try await client.read(until: "good").hasPrefix("HTTP/1.1 200 OK"))
      }
    }
  }

  @Test func aClientWhoseBodyIsRefusedIsNotToldToGoOn() async throws {
    let rest = Mailbox()
    let closed = Signal()
    let script: ScriptedUpstream.Script = { connection in
      _ = try await connection.read(until: "\r\n\r\n")
      try await connection.send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\n\r\nbig")
      rest.put(try await connection.readToEnd())
      closed.send()
    }
    try await ForwardingGateway.run(before: script, Self.patient) { gateway, _ in
      let answer = try await gateway.exchange(Self.upload)
      #expect(answer.hasPrefix("HTTP/1.1 413 "), "\(answer)")
      #expect(answer.contains("\r\nConnection: close\r\n"))
      await closed.wait()
      #expect(rest.take().isEmpty)
    }
  }

  @Test func aFloodOfThemIsABadGateway() async throws {
    let script: ScriptedUpstream.Script = { connection in
      _ = try await connection.read(until: "\r\n\r\n")
      let hint = "HTTP/1.1 103 Early Hints\r\n\r\n"
      try await connection.send(String(repeating: hint, count: 1_000))
      _ = try await connection.readToEnd()
    }
    try await ForwardingGateway.run(before: script) { gateway, _ in
      let answer = try await gateway.get()
      #expect(answer.contains("/problems/upstream-invalid-response"), "\(answer)")
      #expect(!answer.contains("103 Early Hints\r\n\r\nHTTP/1.1 200"))
    }
  }
}
