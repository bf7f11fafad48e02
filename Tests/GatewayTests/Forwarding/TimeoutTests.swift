import NIOCore
import TestSupport
import Testing

@testable import Gateway

/// An upstream has only so much time for each step.
@Suite(.timeLimit(.minutes(1)))
struct TimeoutTests {
  /// Little time for one step, and plenty for the others.
  private static func impatient(
    _ step: WritableKeyPath<ForwardingConfiguration, TimeAmount>
  ) -> ForwardingConfiguration {
    var configuration = ForwardingConfiguration()
    configuration[keyPath: step] = .milliseconds(100)
    return configuration
  }

  @Test func oneThatAcceptsNoConnection() async throws {
    try await UnansweredPort.run { port in
      try await ForwardingGateway.run(before: port, Self.impatient(\.connectTimeout)) { gateway in
        let answer = try await gateway.get()
        #expect(answer.hasPrefix("HTTP/1.1 504 "), "\(answer)")
        #expect(answer.contains("/problems/upstream-connect-timeout"))
      }
    }
  }

  @Test(arguments: ["", "HTTP/1.1 200 OK\r\nX-A: 1\r\n", "HTTP/1.1 103 Early Hints\r\n\r\n"])
  func oneThatSendsNoHead(bytes: String) async throws {
    let script: ScriptedUpstream.Script = { connection in
      _ = try await connection.read(until: "\r\n\r\n")
      try await connection.send(bytes)
      _ = try await connection.readToEnd()
    }
    try await ForwardingGateway.run(before: script, Self.impatient(\.headTimeout)) { gateway, _ in
      let answer = try await gateway.get()
      #expect(answer.contains("HTTP/1.1 504 "), "\(answer)")
      #expect(answer.contains("/problems/upstream-timeout"))
    }
  }

  /// What comes bit by bit is no head until its end, and no reason to wait for longer.
  @Test(arguments: ["x", "\r\nX: 1", "HTTP/1.1 103 Early Hints\r\n\r\n"])
  func oneThatTricklesBeforeItsHead(bytes: String) async throws {
    let script: ScriptedUpstream.Script = { connection in
      _ = try await connection.read(until: "\r\n\r\n")
      if !bytes.hasPrefix("HTTP") { try await connection.send("HTTP/1.1 200 OK\r\nX-A: ") }
      while true {
        try await connection.send(bytes)
        // The pace of it; the gateway's closing the connection ends it.
        try await Task.sleep(for: .milliseconds(20))
      }
    }
    try await ForwardingGateway.run(before: script, Self.impatient(\.headTimeout)) { gateway, _ in
      let answer = try await gateway.get()
      #expect(answer.contains("HTTP/1.1 504 "), "\(answer)")
      #expect(answer.contains("/problems/upstream-timeout"))
    }
  }

  @Test func oneThatStopsWithinABody() async throws {
    let script: ScriptedUpstream.Script = { connection in
      _ = try await connection.read(until: "\r\n\r\n")
      try await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")
      _ = try await connection.readToEnd()
    }
    try await ForwardingGateway.run(before: script, Self.impatient(\.idleTimeout)) { gateway, _ in
      try await RawConnection.open(port: gateway.port) { client in
        try await client.send("GET / HTTP/1.1\r\nHost: acme.finance.example\r\n\r\n")
        #expect(try await client.readToEnd().hasSuffix("\r\n\r\nhalf"))
      }
    }
  }

  @Test func oneThatTakesNoBody() async throws {
    let over = Signal()
    let script: ScriptedUpstream.Script = { connection in
      _ = try await connection.read(until: "\r\n\r\n")
      await over.wait()
    }
    try await ForwardingGateway.run(before: script, Self.impatient(\.idleTimeout)) { gateway, _ in
      try await RawConnection.open(port: gateway.port) { client in
        let size = 64 << 20
        try await client.send(
          "POST / HTTP/1.1\r\nHost: acme.finance.example\r\nContent-Length: \(size)\r\n\r\n")
        try await withThrowingTaskGroup(of: Void.self) { group in
          group.addTask { [channel = client.channel] in
            // Ends when the gateway closes the connection.
            let piece = ByteBuffer(repeating: 0x78, count: 1 << 20)
            for _ in 0..<64 { try? await channel.writeAndFlush(piece) }
          }
          let answer = try await client.read(until: "upstream-timeout")
          #expect(answer.hasPrefix("HTTP/1.1 504 "), "\(answer)")
          group.cancelAll()
        }
        over.send()
      }
    }
  }

  @Test func anIdleConnectionIsClosedInTime() async throws {
    var configuration = ForwardingConfiguration()
    configuration.keepAlive = .milliseconds(50)
    let closed = Signal()
    let script: ScriptedUpstream.Script = { connection in
      _ = try await connection.read(until: "\r\n\r\n")
      try await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
      _ = try await connection.readToEnd()
      closed.send()
    }
    try await ForwardingGateway.run(before: script, configuration) { gateway, _ in
      _ = try await gateway.get()
      await closed.wait()
    }
  }
}
