import Testing

@testable import Gateway

/// An upstream that breaks HTTP gets its client a clear error, or half an answer that shows as half.
struct HostileUpstreamTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let bytes: String
    var problem = "upstream-invalid-response"
  }

  /// Before the client has got anything, it can be told.
  @Test(arguments: [
    Case(testDescription: "closes at once", bytes: "", problem: "upstream-closed"),
    Case(
      testDescription: "closes within the head", bytes: "HTTP/1.1 200 OK\r\nContent-",
      problem: "upstream-closed"),
    Case(testDescription: "speaks another protocol", bytes: "SSH-2.0-OpenSSH_9.2\r\n"),
    Case(testDescription: "sends bytes without sense", bytes: "\u{1}\u{2}\u{3}\r\n\r\n"),
    Case(
      testDescription: "gives two lengths",
      bytes: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc"),
    Case(
      testDescription: "gives a length and chunks",
      bytes:
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    Case(
      testDescription: "has another coding than chunked",
      bytes: "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
    Case(
      testDescription: "folds a field",
      bytes: "HTTP/1.1 200 OK\r\nX-A: 1\r\n folded\r\nContent-Length: 0\r\n\r\n"),
    Case(
      testDescription: "gives a negative length",
      bytes: "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"),
    Case(
      testDescription: "has a space before a colon",
      bytes: "HTTP/1.1 200 OK\r\nContent-Length : 0\r\n\r\n"),
    Case(
      testDescription: "has an oversized field",
      bytes: "HTTP/1.1 200 OK\r\nX: \(String(repeating: "x", count: 70_000))\r\n\r\n"),
    Case(
      testDescription: "has too many fields",
      bytes: "HTTP/1.1 200 OK\r\n\(String(repeating: "X: 1\r\n", count: 300))\r\n"),
  ])
  func isABadGateway(_ upstream: Case) async throws {
    let script: ScriptedUpstream.Script = { connection in
      _ = try await connection.read(until: "\r\n\r\n")
      try await connection.send(upstream.bytes)
    }
    try await ForwardingGateway.run(before: script) { gateway, _ in
      let answer = try await gateway.get()
      #expect(answer.hasPrefix("HTTP/1.1 502 "), "\(answer)")
      #expect(answer.contains("/problems/\(upstream.problem)\""), "\(answer)")
    }
  }

  /// After that, the connection must not end in good order.
  @Test(arguments: [
    Case(
      testDescription: "sends less than it said",
      bytes: "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"),
    Case(
      testDescription: "stops between chunks",
      bytes: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"),
    Case(
      testDescription: "breaks a chunk",
      bytes: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\nzz\r\n"),
  ])
  func isCutOff(_ upstream: Case) async throws {
    let clientHasPart = Signal()
    let script: ScriptedUpstream.Script = { connection in
      _ = try await connection.read(until: "\r\n\r\n")
      let end = upstream.bytes.range(of: "half")?.upperBound ?? upstream.bytes.endIndex
      try await connection.send(String(upstream.bytes[..<end]))
      await clientHasPart.wait()
      try await connection.send(String(upstream.bytes[end...]))
    }
    try await ForwardingGateway.run(before: script) { gateway, _ in
      try await RawConnection.open(port: gateway.port) { client in
        try await client.send("GET / HTTP/1.1\r\nHost: acme.finance.example\r\n\r\n")
        let first = try await client.read(until: "half")
        clientHasPart.send()
        let rest = try await client.readToEnd()
        #expect(first.hasPrefix("HTTP/1.1 200 OK"))
        #expect(!rest.contains("0\r\n\r\n"), "\(rest)")
      }
    }
  }

  @Test func whatComesAfterAResponseReachesNobody() async throws {
    let script: ScriptedUpstream.Script = { connection in
      _ = try await connection.read(until: "\r\n\r\n")
      let poison = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison"
      try await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok" + poison)
      _ = try await connection.readToEnd()
    }
    try await ForwardingGateway.run(before: script) { gateway, upstream in
      for _ in 1...3 {
        let answer = try await gateway.get()
        #expect(!answer.contains("poison"), "\(answer)")
      }
      #expect(upstream.connections == 3)
    }
  }
}
