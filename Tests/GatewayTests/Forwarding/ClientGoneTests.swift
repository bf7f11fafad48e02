import TestSupport
import Testing

@testable import Gateway

/// Whoever asked has left: the upstream need not go on.
struct ClientGoneTests {
  @Test(arguments: ["", "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf"])
  func itsUpstreamConnectionIsClosed(sentBefore: String) async throws {
    let (started, closed) = (Signal(), Signal())
    let script: ScriptedUpstream.Script = { connection in
      _ = try await connection.read(until: "\r\n\r\n")
      try await connection.send(sentBefore)
      started.send()
      _ = try await connection.readToEnd()
      closed.send()
    }
    try await ForwardingGateway.run(before: script) { gateway, _ in
      try await RawConnection.open(port: gateway.port) { client in
        try await client.send("GET / HTTP/1.1\r\nHost: acme.finance.example\r\n\r\n")
        await started.wait()
        if !sentBefore.isEmpty { _ = try await client.read(until: "half") }
        try await client.reset()
      }
      await closed.wait()
    }
  }

  @Test func aRequestThatStopsHalfwayEndsItsUpstreamConnection() async throws {
    let (started, closed) = (Signal(), Signal())
    let script: ScriptedUpstream.Script = { connection in
      _ = try await connection.read(until: "half")
      started.send()
      let rest = try await connection.readToEnd()
      #expect(rest.isEmpty)
      closed.send()
    }
    try await ForwardingGateway.run(before: script) { gateway, _ in
      try await RawConnection.open(port: gateway.port) { client in
        try await client.send(
          "POST / HTTP/1.1\r\nHost: acme.finance.example\r\nContent-Length: 1000\r\n\r\nhalf")
        await started.wait()
      }
      await closed.wait()
    }
  }

  /// It waits for the answer (RFC 9112, section 9.6).
  @Test func oneThatOnlyStopsSendingGetsTheWholeAnswer() async throws {
    let (started, goOn) = (Signal(), Signal())
    let answer = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwhole"
    let script: ScriptedUpstream.Script = { connection in
      while true {
        let head = try await connection.read(until: "\r\n\r\n")
        if head.isEmpty { return }
        if head.hasPrefix("GET /slow ") {
          started.send()
          await goOn.wait()
        }
        try await connection.send(answer)
      }
    }
    try await ForwardingGateway.run(before: script) { gateway, _ in
      try await RawConnection.open(port: gateway.port) { client in
        try await client.send("GET /slow HTTP/1.1\r\nHost: acme.finance.example\r\n\r\n")
        await started.wait()
        try await client.closeSendingHalf()
        // Whichever event loop the connection is on: it has looked since.
        for _ in 1...16 { _ = try await gateway.get("/quick") }
        goOn.send()
        let text = try await client.readToEnd()
        #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n") && text.hasSuffix("whole"), "\(text)")
      }
    }
  }

  /// Nor has an upstream gone that has said all it has to say.
  @Test(arguments: ["Content-Length: 5\r\n\r\nwhole", "\r\nwhole"])
  func anUpstreamThatStopsSendingHasAnswered(rest: String) async throws {
    let script: ScriptedUpstream.Script = { connection in
      _ = try await connection.read(until: "\r\n\r\n")
      try await connection.send("HTTP/1.1 200 OK\r\n" + rest)
      try await connection.closeSendingHalf()
      _ = try await connection.readToEnd()
    }
    try await ForwardingGateway.run(before: script) { gateway, upstream in
      for _ in 1...3 {
        let text = try await gateway.get()
        #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n") && text.contains("whole"), "\(text)")
        #expect(rest.hasPrefix("Content") || text.hasSuffix("\r\n0\r\n\r\n"), "\(text)")
      }
      #expect(upstream.connections == 3)
    }
  }
}
