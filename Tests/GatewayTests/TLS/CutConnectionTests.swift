import HTTPServer
import HTTPSupport
import Logging
import NIOCore
import NIOSSL
import TestSupport
import Testing

@testable import Gateway

/// A connection over TLS that ends without a farewell, as it does when its pod is killed.
struct CutConnectionTests {
  private static let name = "terrace.tenant-acme.svc"

  /// Runs a gateway before an upstream that is certified as acme's.
  private static func run(
    _ script: @escaping ScriptedUpstream.Script,
    _ body: @Sendable (ForwardingGateway, ScriptedUpstream) async throws -> Void
  ) async throws {
    try await TestAuthority.run { authority in
      let pod = try TLSContext(
        authority.issue("pod", names: [name]), role: .server(protocols: []), name: "public",
        logger: logger)
      var files = try authority.issue("gateway", names: ["gateway"])
      files.authorities = try authority.authorityFile()
      let gateway = try TLSContext(files, role: .client, name: "upstream", logger: logger)
      try await ScriptedUpstream.run(script, tls: pod.current) { upstream in
        try await ForwardingGateway.run(before: upstream.port, as: name, tls: gateway) {
          try await body($0, upstream)
        }
      }
    }
  }

  private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

  /// Closes the socket below TLS.
  private static func cut(_ connection: RawConnection) async throws {
    try await connection.channel.eventLoop.submit { [channel = connection.channel] in
      try channel.pipeline.syncOperations.context(handlerType: NIOSSLServerHandler.self)
        .close(promise: nil)
    }.get()
  }

  @Test func whatOnlyAsksIsSentAgain() async throws {
    let script: ScriptedUpstream.Script = { connection in
      _ = try await connection.read(until: "\r\n\r\n")
      try await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
      _ = try await connection.read(until: "\r\n\r\n")
      try await Self.cut(connection)
    }
    try await Self.run(script) { gateway, upstream in
      try await RawConnection.open(port: gateway.port) { client in
        for _ in 1...2 {
          try await client.send("GET / HTTP/1.1\r\nHost: acme.finance.example\r\n\r\n")
          let answer = try await client.read(until: /\r\n\r\nok$|\}$/)
          #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"), "\(answer)")
        }
      }
      #expect(upstream.connections == 2)
    }
  }

  /// Its end is the connection's, and nobody can say whether that was all (RFC 9112, section 9.8).
  @Test func aBodyWithoutALengthIsNotTakenForWhole() async throws {
    let script: ScriptedUpstream.Script = { connection in
      _ = try await connection.read(until: "\r\n\r\n")
      try await connection.send("HTTP/1.1 200 OK\r\n\r\nhalf")
      try await Self.cut(connection)
    }
    try await Self.run(script) { gateway, _ in
      let answer = try await gateway.get()
      #expect(!answer.contains("\r\n0\r\n\r\n"), "\(answer)")
    }
  }
}
