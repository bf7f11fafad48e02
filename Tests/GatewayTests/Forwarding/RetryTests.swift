import TestSupport
import Testing

@testable import Gateway

/// A request is sent again only if nobody can have seen it, or if it only asks and the connection
/// that it was sent on was being closed.
struct RetryTests {
  private static let host = "Host: acme.finance.example\r\n"
  private static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

  /// Answers the first request of a connection, and sends `last` to the second before it closes.
  private static func once(then last: String = "") -> ScriptedUpstream.Script {
    { connection in
      _ = try await connection.read(until: "\r\n\r\n")
      try await connection.send(ok)
      _ = try await connection.read(until: "\r\n\r\n")
      try await connection.send(last)
    }
  }

  /// Sends `requests` over one connection of a client, and so over one pool.
  ///
  /// - Returns: The last answer, and how many connections the upstream has got.
  private static func send(
    _ requests: [String], before script: @escaping ScriptedUpstream.Script
  ) async throws -> (answer: String, connections: Int) {
    let (answer, connections) = (Mailbox(), Mailbox())
    try await ForwardingGateway.run(before: script) { gateway, upstream in
      try await RawConnection.open(port: gateway.port) { client in
        for request in requests {
          try await client.send(request)
          // Each answer ends with the one or the other.
          answer.put(try await client.read(until: /\r\n\r\nok$|\}$/))
        }
      }
      connections.put("\(upstream.connections)")
    }
    return (answer.take(), Int(connections.take()) ?? 0)
  }

  /// A rolling restart closes connections that are in use.
  @Test(arguments: ["GET", "OPTIONS"])
  func whatOnlyAsksIsSentAgainOnANewConnection(method: String) async throws {
    let script: ScriptedUpstream.Script = { connection in
      _ = try await connection.read(until: "\r\n\r\n")
      try await connection.send(Self.ok)
      _ = try await connection.read(until: "\r\n\r\n")
    }
    let requests = ["GET", method, "GET"].map { "\($0) / HTTP/1.1\r\n\(Self.host)\r\n" }
    let (answer, connections) = try await Self.send(requests, before: script)
    #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"), "\(answer)")
    #expect(connections == 3)
  }

  @Test func aPoolFullOfClosedConnectionsFailsNoGET() async throws {
    let (clients, requests) = (8, 5)
    let script = Self.once()
    try await ForwardingGateway.run(before: script) { gateway, _ in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<clients {
          group.addTask {
            try await RawConnection.open(port: gateway.port) { client in
              for _ in 0..<requests {
                try await client.send("GET / HTTP/1.1\r\n\(Self.host)\r\n")
                let answer = try await client.read(until: /\r\n\r\nok$|\}$/)
                #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"), "\(answer)")
              }
            }
          }
        }
        try await group.waitForAll()
      }
    }
  }

  @Test(arguments: ["POST", "PUT", "PATCH", "DELETE"])
  func whatMayDoSomethingIsNotSentAgain(method: String) async throws {
    let (answer, connections) = try await Self.send(
      ["GET / HTTP/1.1\r\n\(Self.host)\r\n", "\(method) / HTTP/1.1\r\n\(Self.host)\r\n"],
      before: Self.once())
    #expect(answer.contains("/problems/upstream-closed"), "\(answer)")
    #expect(connections == 1)
  }

  @Test func whatHasABodyIsNotSentAgain() async throws {
    let get = "GET / HTTP/1.1\r\n\(Self.host)"
    let (answer, connections) = try await Self.send(
      [get + "\r\n", get + "Content-Length: 2\r\n\r\nab"], before: Self.once())
    #expect(answer.contains("/problems/upstream-closed"), "\(answer)")
    #expect(connections == 1)
  }

  @Test(arguments: ["H", "HTTP/1.1 103 Early Hints\r\n\r\n"])
  func aRequestWhoseResponseHasBegunIsNotSentAgain(begun: String) async throws {
    let get = "GET / HTTP/1.1\r\n\(Self.host)\r\n"
    let (answer, connections) = try await Self.send([get, get], before: Self.once(then: begun))
    #expect(answer.contains("/problems/upstream-closed"), "\(answer)")
    #expect(connections == 1)
  }

  @Test func aRequestOnANewConnectionIsNotSentAgain() async throws {
    let script: ScriptedUpstream.Script = { connection in
      _ = try await connection.read(until: "\r\n\r\n")
    }
    let (answer, connections) = try await Self.send(
      ["GET / HTTP/1.1\r\n\(Self.host)\r\n"], before: script)
    #expect(answer.contains("/problems/upstream-closed"), "\(answer)")
    #expect(connections == 1)
  }

  @Test func nobodyThereIsABadGateway() async throws {
    // Port 1: nothing listens there.
    try await ForwardingGateway.run(before: 1) { gateway in
      let answer = try await gateway.get()
      #expect(answer.hasPrefix("HTTP/1.1 502 "), "\(answer)")
      #expect(answer.contains("/problems/upstream-unreachable"))
    }
  }
}
