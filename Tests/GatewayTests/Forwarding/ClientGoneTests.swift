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
}
