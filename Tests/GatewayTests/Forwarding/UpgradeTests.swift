import Testing

struct UpgradeTests {
  @Test func aSwitchOfProtocolsIsRefused() async throws {
    let script: ScriptedUpstream.Script = { connection in
      _ = try await connection.read(until: "\r\n\r\n")
      try await connection.send(
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\nsecret")
      _ = try await connection.readToEnd()
    }
    try await ForwardingGateway.run(before: script) { gateway, _ in
      let answer = try await gateway.get(fields: "Upgrade: x")
      #expect(answer.hasPrefix("HTTP/1.1 502 "))
      #expect(answer.contains("upstream-invalid-response"))
      #expect(!answer.contains("secret"))
    }
  }
}
