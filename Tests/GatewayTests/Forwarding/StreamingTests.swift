import NIOCore
import TestSupport
import Testing

/// Bodies pass through as they come, and no faster than they are taken.
struct StreamingTests {
  /// More than the sockets on the way hold, and a gateway should.
  private static let large = 64 << 20
  private static let piece = String(repeating: "x", count: 1 << 20)

  @Test func aResponseArrivesPieceByPiece() async throws {
    let firstArrived = Signal()
    let script: ScriptedUpstream.Script = { connection in
      _ = try await connection.read(until: "\r\n\r\n")
      try await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nfirst")
      await firstArrived.wait()
      try await connection.send("second")
    }
    try await ForwardingGateway.run(before: script) { gateway, _ in
      try await RawConnection.open(port: gateway.port) { client in
        try await client.send("GET / HTTP/1.1\r\nHost: acme.finance.example\r\n\r\n")
        #expect(try await client.read(until: "first").hasSuffix("\r\n\r\nfirst"))
        firstArrived.send()
        #expect(try await client.read(until: "second") == "second")
      }
    }
  }

  @Test func aChunkedResponseStaysChunked() async throws {
    let script: ScriptedUpstream.Script = { connection in
      _ = try await connection.read(until: "\r\n\r\n")
      try await connection.send(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n")
      try await connection.send("0\r\n\r\n")
    }
    try await ForwardingGateway.run(before: script) { gateway, _ in
      let answer = try await gateway.get()
      #expect(
        answer.contains("abcde") || answer.contains("3\r\nabc\r\n2\r\nde\r\n"), "\(answer)")
    }
  }

  @Test func aResponseThatEndsWithItsConnectionIsWhole() async throws {
    let script: ScriptedUpstream.Script = { connection in
      _ = try await connection.read(until: "\r\n\r\n")
      try await connection.send("HTTP/1.0 200 OK\r\n\r\nall of it")
    }
    try await ForwardingGateway.run(before: script) { gateway, _ in
      let answer = try await gateway.get()
      #expect(answer.contains("all of it"))
    }
  }

  @Test(arguments: [
    "Content-Length: 11\r\n\r\n|first|second",
    "Transfer-Encoding: chunked\r\n\r\n|5\r\nfirst\r\n|6\r\nsecond\r\n0\r\n\r\n",
  ])
  func aRequestArrivesPieceByPiece(request: String) async throws {
    let firstArrived = Signal()
    let script: ScriptedUpstream.Script = { connection in
      _ = try await connection.read(until: "first")
      firstArrived.send()
      _ = try await connection.read(until: "second")
      try await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndone")
    }
    try await ForwardingGateway.run(before: script) { gateway, _ in
      try await RawConnection.open(port: gateway.port) { client in
        let pieces = request.split(separator: "|").map(String.init)
        try await client.send("POST / HTTP/1.1\r\nHost: acme.finance.example\r\n" + pieces[0])
        try await client.send(pieces[1])
        await firstArrived.wait()
        try await client.send(pieces[2])
        #expect(try await client.read(until: "done").hasPrefix("HTTP/1.1 200 OK"))
      }
    }
  }

  @Test func aRefusalInTheMiddleOfARequestIsPassedOnAtOnce() async throws {
    let script: ScriptedUpstream.Script = { connection in
      _ = try await connection.read(until: "first")
      try await connection.send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\n\r\nbig")
    }
    try await ForwardingGateway.run(before: script) { gateway, _ in
      try await RawConnection.open(port: gateway.port) { client in
        try await client.send(
          "POST / HTTP/1.1\r\nHost: acme.finance.example\r\nContent-Length: 1000\r\n\r\nfirst")
        #expect(try await client.readToEnd().hasSuffix("\r\n\r\nbig"))
      }
    }
  }

  @Test func aClientThatDoesNotReadHoldsItsUpstreamBack() async throws {
    let isSent = Flag()
    let script: ScriptedUpstream.Script = { connection in
      guard try await connection.read(until: "\r\n\r\n").contains("/large") else {
        return try await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
      }
      try await connection.send("HTTP/1.1 200 OK\r\nContent-Length: \(Self.large)\r\n\r\n")
      for _ in 0..<(Self.large >> 20) { try await connection.send(Self.piece) }
      isSent.set()
      _ = try await connection.readToEnd()
    }
    try await ForwardingGateway.run(before: script) { gateway, _ in
      try await RawConnection.open(port: gateway.port) { client in
        try await client.send("GET /large HTTP/1.1\r\nHost: acme.finance.example\r\n\r\n")
        var received = try await client.read(until: "\r\n\r\n").utf8.count
        for _ in 1...100 { _ = try await gateway.get() }
        #expect(!isSent.isSet)
        while received < Self.large, let bytes = try await client.next() {
          received += bytes.readableBytes
        }
        #expect(received >= Self.large)
      }
    }
  }

  @Test func anUpstreamThatDoesNotReadHoldsItsClientBack() async throws {
    let release = Signal()
    let isSent = Flag()
    let script: ScriptedUpstream.Script = { connection in
      guard try await connection.read(until: "\r\n\r\n").contains("/large") else {
        return try await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
      }
      await release.wait()
      var received = 0
      while received < Self.large, let bytes = try await connection.next() {
        received += bytes.readableBytes
        if bytes.readableBytesView.last == UInt8(ascii: "!") { break }
      }
      try await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndone")
    }
    try await ForwardingGateway.run(before: script) { gateway, _ in
      try await RawConnection.open(port: gateway.port) { client in
        try await client.send(
          "POST /large HTTP/1.1\r\nHost: acme.finance.example\r\nContent-Length: \(Self.large)\r\n\r\n"
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
          group.addTask { [channel = client.channel] in
            let piece = ByteBuffer(string: Self.piece)
            for _ in 1..<(Self.large >> 20) { try await channel.writeAndFlush(piece) }
            try await channel.writeAndFlush(ByteBuffer(string: Self.piece.dropLast() + "!"))
            isSent.set()
          }
          for _ in 1...100 { _ = try await gateway.get() }
          #expect(!isSent.isSet)
          release.send()
          try await group.waitForAll()
        }
        #expect(try await client.read(until: "done").hasPrefix("HTTP/1.1 200 OK"))
      }
    }
  }
}
