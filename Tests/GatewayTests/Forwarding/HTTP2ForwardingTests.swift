import Atomics
import TestSupport
import Testing

@testable import Gateway

/// A dedicated tenant's requests that come over HTTP/2, forwarded over HTTP/1.
struct HTTP2ForwardingTests {
  private static func head(
    _ method: String, _ fields: (String, String)...
  ) -> [(String, String)] {
    [
      (":method", method), (":scheme", "https"), (":authority", "acme.finance.example"),
      (":path", "/x?y=1"),
    ] + fields
  }

  @Test func bodiesPassBothWaysAsTheyComeAndTrailersAfterThem() async throws {
    let (first, second) = (Signal(), Signal())
    let seen = Mailbox()
    let script: ScriptedUpstream.Script = { connection in
      var request = try await connection.read(until: "one")
      first.send()
      request += try await connection.read(until: "\r\n0\r\n")
      seen.put(request)
      try await connection.send(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n"
          + "Connection: keep-alive\r\n\r\n3\r\nuno\r\n")
      await second.wait()
      try await connection.send("3\r\ndos\r\n0\r\nX-Sum: 7\r\n\r\n")
    }
    try await ForwardingGateway.runHTTP2(before: script) { client in
      let crumbs = [("cookie", "a=1"), ("cookie", "b=2")]
      try await client.head(1, Self.head("POST", crumbs[0], crumbs[1]), ends: false)
      try await client.data(1, "one")
      await first.wait()
      try await client.data(1, "two", ends: true)
      let begun = try await client.answer(to: 1) { $0.body == "uno" }
      #expect(begun.status == 200)
      #expect(begun.fields["connection"].isEmpty && begun.fields["transfer-encoding"].isEmpty)
      second.send()
      let answer = try await client.answer(to: 1)
      #expect(answer.body == "unodos")
      #expect(answer.trailers?["x-sum"] == ["7"])
      let request = seen.take().lowercased()
      #expect(request.hasPrefix("post /x?y=1 http/1.1\r\n"), "\(request)")
      #expect(request.contains("\r\nhost: acme.finance.example\r\n"), "\(request)")
      #expect(request.contains("\r\ncookie: a=1; b=2\r\n"), "\(request)")
      #expect(request.contains("proto=https"), "\(request)")
      #expect(request.contains("one") && request.contains("two"), "\(request)")
    }
  }

  @Test func allStreamsOfAConnectionReachTheUpstreamAtOnce() async throws {
    // However busy the machine is.
    var configuration = ForwardingConfiguration()
    configuration.connectTimeout = .seconds(60)
    let (count, released) = (100, Signal())
    let begun = ManagedAtomic(0)
    let script: ScriptedUpstream.Script = { connection in
      _ = try await connection.read(until: "\r\n\r\n")
      if begun.wrappingIncrementThenLoad(ordering: .relaxed) == count {
        for _ in 0..<count { released.send() }
      }
      await released.wait()
      try await connection.send("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
    }
    try await ForwardingGateway.runHTTP2(before: script, configuration) { client in
      for index in 0..<count { try await client.head(2 * index + 1, Self.head("GET")) }
      // One that is refused is known before any is answered.
      for index in (0..<count).reversed() {
        let status = try await client.answer(to: 2 * index + 1).status
        #expect(status == 204)
        guard status == 204 else { return }
      }
    }
  }

  @Test func aStreamThatIsResetEndsItsUpstreamConnection() async throws {
    let (begun, ended) = (Signal(), Signal())
    let script: ScriptedUpstream.Script = { connection in
      _ = try await connection.read(until: "\r\n\r\n")
      begun.send()
      _ = try await connection.readToEnd()
      ended.send()
    }
    try await ForwardingGateway.runHTTP2(before: script) { client in
      try await client.head(1, Self.head("GET"))
      await begun.wait()
      try await client.reset(1)
      await ended.wait()
    }
  }

  @Test func aClientThatMakesNoRoomHoldsItsUpstreamBack() async throws {
    let size = 16 << 20
    let isSent = Flag()
    let script: ScriptedUpstream.Script = { connection in
      guard try await connection.read(until: "\r\n\r\n").contains("GET ") else {
        return try await connection.send("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
      }
      try await connection.send("HTTP/1.1 200 OK\r\nContent-Length: \(size)\r\n\r\n")
      let piece = String(repeating: "x", count: 1 << 20)
      for _ in 0..<(size >> 20) { try await connection.send(piece) }
      isSent.set()
      _ = try await connection.readToEnd()
    }
    try await ForwardingGateway.runHTTP2(before: script) { client in
      try await client.window(0, size + (1 << 20))
      try await client.head(1, Self.head("GET"))
      _ = try await client.answer(to: 1) { $0.bytes.readableBytes == 65_535 }
      for index in 1...100 {
        try await client.head(2 * index + 1, Self.head("DELETE"))
        #expect(try await client.answer(to: 2 * index + 1).status == 204)
      }
      #expect(!isSent.isSet)
      try await client.window(1, size)
      #expect(try await client.answer(to: 1).bytes.readableBytes == size)
    }
  }
}
