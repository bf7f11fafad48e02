import TestSupport
import Testing

/// What is forwarded for a client of HTTP/2 differs in nothing but its frames.
struct ForwardingHTTP2Tests {
  private static func upload(_ client: FrameConnection) async throws {
    try await client.head(
      1,
      [
        (":method", "POST"), (":scheme", "https"), (":authority", "acme.finance.example"),
        (":path", "/"),
      ], ends: false)
    try await client.data(1, "first")
  }

  @Test func hintsAndTrailersPass() async throws {
    let received = Mailbox()
    let script: ScriptedUpstream.Script = { connection in
      received.put(try await connection.read(until: "\r\nx-sum: 5\r\n\r\n"))
      try await connection.send(
        "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
          + "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-Sum: 7\r\n\r\n"
      )
    }
    try await ForwardingGateway.runHTTP2(before: script) { client in
      try await Self.upload(client)
      try await client.head(1, [("x-sum", "5")])
      let answer = try await client.answer(to: 1)
      #expect(answer.interim == [103])
      #expect(answer.status == 200)
      #expect(answer.body == "abc")
      #expect(answer.trailers?.first(name: "x-sum") == "7")
    }
    #expect(received.take().hasSuffix("\r\nfirst\r\n0\r\nx-sum: 5\r\n\r\n"), "\(received.take())")
  }

  @Test func anEarlyResponseEndsTheUpload() async throws {
    let closed = Signal()
    let script: ScriptedUpstream.Script = { connection in
      _ = try await connection.read(until: "first")
      try await connection.send("HTTP/1.1 413 Payload Too Large\r\nContent-Length: 3\r\n\r\nbig")
      _ = try await connection.readToEnd()
      closed.send()
    }
    try await ForwardingGateway.runHTTP2(before: script) { client in
      try await Self.upload(client)
      let answer = try await client.answer(to: 1)
      #expect(answer.status == 413)
      #expect(answer.body == "big")
      // The rest of the request is not needed: NO_ERROR.
      #expect(try await client.reset(of: 1) == 0)
      await closed.wait()
    }
  }

  @Test func requestAndResponseGoOnSideBySide() async throws {
    let script: ScriptedUpstream.Script = { connection in
      _ = try await connection.read(until: "first")
      try await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n")
      _ = try await connection.read(until: "0\r\n\r\n")
      try await connection.send("both")
    }
    try await ForwardingGateway.runHTTP2(before: script) { client in
      try await Self.upload(client)
      let head = try await client.answer(to: 1) { $0.status != nil }
      #expect(head.status == 200)
      try await client.data(1, "second", ends: true)
      #expect(try await client.answer(to: 1).body == "both")
    }
  }

  @Test func aResponseThatIsCutOffShowsAsSuch() async throws {
    let script: ScriptedUpstream.Script = { connection in
      _ = try await connection.read(until: "first")
      try await connection.send(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n")
    }
    try await ForwardingGateway.runHTTP2(before: script) { client in
      try await Self.upload(client)
      let reset = try await client.reset(of: 1)
      #expect(reset != nil && reset != 0, "\(String(describing: reset))")
    }
  }
}
