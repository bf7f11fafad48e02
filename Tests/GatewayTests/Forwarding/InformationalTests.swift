import Testing

struct InformationalTests {
  @Test func anInformationalResponseIsNotTakenForTheResponse() async throws {
    let script: ScriptedUpstream.Script = { connection in
      _ = try await connection.read(until: "\r\n\r\n")
      try await connection.send(
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
          + "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
    }
    try await ForwardingGateway.run(before: script) { gateway, _ in
      let answer = try await gateway.get()
      #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"), "\(answer)")
      #expect(answer.hasSuffix("\r\n\r\nok"))
    }
  }

  @Test func theGatewayItselfTellsItsClientToGoOn() async throws {
    let script: ScriptedUpstream.Script = { connection in
      let request = try await connection.read(until: "hello")
      let asked = request.lowercased().contains("expect:") ? "bad!" : "good"
      try await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n\(asked)")
    }
    try await ForwardingGateway.run(before: script) { gateway, _ in
      try await RawConnection.open(port: gateway.port) { client in
        try await client.send(
          "POST / HTTP/1.1\r\nHost: acme.finance.example\r\nContent-Length: 5\r\n"
            + "Expect: 100-continue\r\n\r\n")
        #expect(try await client.read(until: "\r\n\r\n").hasPrefix("HTTP/1.1 100 "))
        try await client.send("hello")
        #expect(try await client.read(until: "good").hasPrefix("HTTP/1.1 200 OK"))
      }
    }
  }
}
