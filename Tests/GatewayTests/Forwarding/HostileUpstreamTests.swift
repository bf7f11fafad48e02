import HTTPSupport
import TestSupport
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
      testDescription: "ends lines with a bare LF",
      bytes: "HTTP/1.1 200 OK\nContent-Length: 0\n\n"),
    Case(
      testDescription: "ends one field with a bare LF",
      bytes: "HTTP/1.1 200 OK\r\nX-A: 1\nX-B: 2\r\nContent-Length: 0\r\n\r\n"),
    Case(
      testDescription: "splits a field with a bare CR",
      bytes: "HTTP/1.1 200 OK\r\nX-A: 1\rSet-Cookie: a=1\r\nContent-Length: 0\r\n\r\n"),
    Case(
      testDescription: "has a NUL in a field",
      bytes: "HTTP/1.1 200 OK\r\nX-A: 1\0\r\nContent-Length: 0\r\n\r\n"),
    Case(
      testDescription: "has a NUL in a name",
      bytes: "HTTP/1.1 200 OK\r\nX\0A: 1\r\nContent-Length: 0\r\n\r\n"),
    Case(
      testDescription: "has a field without a name",
      bytes: "HTTP/1.1 200 OK\r\n: 1\r\nContent-Length: 0\r\n\r\n"),
    Case(
      testDescription: "gives a length with a sign",
      bytes: "HTTP/1.1 200 OK\r\nContent-Length: +2\r\n\r\nab"),
    Case(
      testDescription: "gives a length that no number holds",
      bytes: "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\nab"),
    Case(
      testDescription: "gives a list of lengths",
      bytes: "HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n\r\nab"),
    Case(
      testDescription: "gives the same length twice",
      bytes: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nab"),
    Case(
      testDescription: "has two codings",
      bytes: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"
        + "\r\n0\r\n\r\n"),
    Case(
      testDescription: "has chunks in HTTP/1.0",
      bytes: "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    Case(
      testDescription: "speaks a version of its own",
      bytes: "HTTP/3.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
    Case(
      testDescription: "has a status of four digits",
      bytes: "HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n"),
    Case(
      testDescription: "has a status of two digits",
      bytes: "HTTP/1.1 20 OK\r\nContent-Length: 0\r\n\r\n"),
    Case(
      testDescription: "has a status beyond all classes",
      bytes: "HTTP/1.1 600 OK\r\nContent-Length: 0\r\n\r\n"),
    Case(
      testDescription: "has a status before all classes",
      bytes: "HTTP/1.1 099 OK\r\nContent-Length: 0\r\n\r\n"),
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

  /// After that, the connection must not end in good order; an operator sees it all the same.
  @Test(arguments: [
    Case(
      testDescription: "sends less than it said",
      bytes: "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", problem: "closed"),
    Case(
      testDescription: "stops between chunks",
      bytes: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
      problem: "closed"),
    Case(
      testDescription: "breaks a chunk",
      bytes: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\nzz\r\n",
      problem: "invalid_response"),
    Case(
      testDescription: "has a negative chunk",
      bytes: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n-1\r\nx\r\n",
      problem: "invalid_response"),
    Case(
      testDescription: "has a chunk whose size no number holds",
      bytes: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"
        + "ffffffffffffffffff\r\nx\r\n", problem: "invalid_response"),
    Case(
      testDescription: "has a chunk longer than its size",
      bytes: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf1\r\n",
      problem: "invalid_response"),
    Case(
      testDescription: "ends a chunk's size with a bare LF",
      bytes: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n1\nx\r\n",
      problem: "invalid_response"),
    Case(
      testDescription: "breaks a trailer",
      bytes: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"
        + "0\r\nX Y: 1\r\n\r\n", problem: "invalid_response"),
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
    let metrics = PrometheusMetrics()
    try await ForwardingGateway.run(before: script, metrics: metrics) { gateway, _ in
      try await RawConnection.open(port: gateway.port) { client in
        try await client.send("GET / HTTP/1.1\r\nHost: acme.finance.example\r\n\r\n")
        let first = try await client.read(until: "half")
        clientHasPart.send()
        let rest = try await client.readToEnd()
        #expect(first.hasPrefix("HTTP/1.1 200 OK"))
        #expect(!rest.contains("0\r\n\r\n"), "\(rest)")
      }
    }
    let count = "terrace_upstream_errors_total{error=\"\(upstream.problem)\"} 1\n"
    #expect(metrics.render().contains(count), "\(metrics.render())")
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
