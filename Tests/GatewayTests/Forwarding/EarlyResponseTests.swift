import TestSupport
import Testing

@testable import Gateway

/// A response may come before its request has ended.
@Suite(.timeLimit(.minutes(1)))
struct EarlyResponseTests {
  private static let head =
    "POST / HTTP/1.1\r\nHost: acme.finance.example\r\nTransfer-Encoding: chunked\r\n\r\n"

  /// Has the client send the first part of a body, and no more.
  private static func answer(
    to script: @escaping ScriptedUpstream.Script, isOver: Signal
  ) async throws -> String {
    let answer = Mailbox()
    try await ForwardingGateway.run(before: script) { gateway, _ in
      try await RawConnection.open(port: gateway.port) { client in
        try await client.send(head + "5\r\nfirst\r\n")
        answer.put(try await client.readToEnd())
      }
      await isOver.wait()
    }
    return answer.take()
  }

  @Test(arguments: [
    "200 OK", "303 See Other", "413 Payload Too Large", "500 Internal Server Error",
  ])
  func itReachesTheClientAtOnceAndEndsTheUpload(status: String) async throws {
    let closed = Signal()
    let script: ScriptedUpstream.Script = { connection in
      _ = try await connection.read(until: "first")
      try await connection.send("HTTP/1.1 \(status)\r\nContent-Length: 5\r\n\r\nearly")
      _ = try await connection.readToEnd()
      closed.send()
    }
    let answer = try await Self.answer(to: script, isOver: closed)
    #expect(answer.hasPrefix("HTTP/1.1 \(status)\r\n"), "\(answer)")
    #expect(answer.contains("\r\nConnection: close\r\n"))
    #expect(answer.hasSuffix("\r\n\r\nearly"))
  }

  @Test func itIsPassedOnPieceByPiece() async throws {
    let closed = Signal()
    let script: ScriptedUpstream.Script = { connection in
      _ = try await connection.read(until: "first")
      try await connection.send("HTTP/1.1 403 Forbidden\r\nContent-Length: 5\r\n\r\n")
      try await connection.send("early")
      _ = try await connection.readToEnd()
      closed.send()
    }
    let answer = try await Self.answer(to: script, isOver: closed)
    #expect(answer.hasSuffix("\r\n\r\nearly"), "\(answer)")
  }

  /// An upstream may well answer while it reads.
  @Test func requestAndResponseGoOnSideBySide() async throws {
    let script: ScriptedUpstream.Script = { connection in
      _ = try await connection.read(until: "first")
      try await connection.send(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n")
      _ = try await connection.read(until: "second")
      try await connection.send("3\r\ntwo\r\n")
      let end = try await connection.read(until: "0\r\nX-Sum: 7\r\n\r\n")
      #expect(end.contains("third"), "\(end)")
      try await connection.send("5\r\nthree\r\n0\r\n\r\n")
    }
    try await ForwardingGateway.run(before: script) { gateway, _ in
      try await RawConnection.open(port: gateway.port) { client in
        try await client.send(Self.head + "5\r\nfirst\r\n")
        _ = try await client.read(until: "one\r\n")
        try await client.send("6\r\nsecond\r\n")
        _ = try await client.read(until: "two\r\n")
        try await client.send("5\r\nthird\r\n0\r\nX-Sum: 7\r\n\r\n")
        #expect(try await client.readToEnd().hasSuffix("5\r\nthree\r\n0\r\n\r\n"))
      }
    }
  }

  @Test func anUpstreamThatAnswersAndReadsNoMoreIsGivenUp() async throws {
    var configuration = ForwardingConfiguration()
    configuration.idleTimeout = .milliseconds(100)
    let closed = Signal()
    let script: ScriptedUpstream.Script = { connection in
      _ = try await connection.read(until: "first")
      try await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")
      _ = try await connection.readToEnd()
      closed.send()
    }
    try await ForwardingGateway.run(before: script, configuration) { gateway, _ in
      try await RawConnection.open(port: gateway.port) { client in
        try await client.send(Self.head + "5\r\nfirst\r\n")
        #expect(try await client.readToEnd().hasSuffix("\r\n\r\n"))
      }
      await closed.wait()
    }
  }

  @Test func aMalformedBodyIsTheClientsFault() async throws {
    let script: ScriptedUpstream.Script = { connection in
      _ = try await connection.readToEnd()
    }
    try await ForwardingGateway.run(before: script) { gateway, _ in
      let answer = try await gateway.exchange(Self.head + "5\r\nfirst\r\nzz\r\n")
      #expect(answer.hasPrefix("HTTP/1.1 400 "), "\(answer)")
      #expect(answer.contains("/problems/malformed-request"))
    }
  }
}
