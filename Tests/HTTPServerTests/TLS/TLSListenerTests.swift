import HTTPServer
import HTTPSupport
import NIOCore
import NIOSSL
import TestSupport
import Testing

struct TLSListenerTests {
  /// Runs a listener whose certificate is for localhost.
  private static func run(
    _ body: @Sendable (SecureListener, TestAuthority) async throws -> Void
  ) async throws {
    try await TestAuthority.run { authority in
      let files = try authority.issue("server", names: ["localhost"])
      try await SecureListener.run(files) { try await body($0, authority) }
    }
  }

  @Test func aClientOfHTTP1IsServed() async throws {
    try await Self.run { listener, authority in
      try await listener.client(authority.clientConfiguration(), http1: true) { client in
        for _ in 1...2 {
          let answer = try await client.send()
          #expect(answer.version == .http1_1)
          #expect(answer.text == "GET localhost:\(listener.port) /x?y=1 0 secure untrusted")
        }
      }
    }
  }

  @Test func aClientOfHTTP2IsServed() async throws {
    try await Self.run { listener, authority in
      try await listener.client(authority.clientConfiguration()) { client in
        for _ in 1...2 {
          let answer = try await client.send()
          #expect(answer.version == .http2)
          #expect(answer.text == "GET localhost:\(listener.port) /x?y=1 0 secure untrusted")
        }
      }
    }
  }

  @Test(arguments: [false, true]) func bodiesArrive(http1: Bool) async throws {
    try await Self.run { listener, authority in
      try await listener.client(authority.clientConfiguration(), http1: http1) { client in
        let bytes = ByteBuffer(repeating: 0x78, count: 300_000)
        let known = try await client.send(.POST, body: .bytes(bytes))
        #expect(known.text.contains(" 300000 "), "\(known.text)")
        let pieces = AsyncStream { continuation in
          for _ in 1...3 { continuation.yield(bytes) }
          continuation.finish()
        }
        let streamed = try await client.send(.POST, body: .stream(pieces, length: .unknown))
        #expect(streamed.text.contains(" 900000 "), "\(streamed.text)")
      }
    }
  }

  @Test func manyStreamsShareAConnection() async throws {
    try await Self.run { listener, authority in
      try await listener.client(authority.clientConfiguration()) { client in
        try await withThrowingTaskGroup(of: String.self) { group in
          for _ in 1...50 { group.addTask { try await client.send(.PUT).text } }
          for try await text in group { #expect(text.hasPrefix("PUT ")) }
        }
      }
    }
  }

  @Test func aHeadOverHTTP2HasNoBody() async throws {
    try await Self.run { listener, authority in
      try await listener.client(authority.clientConfiguration()) { client in
        let answer = try await client.send(.HEAD)
        #expect(answer.status == 200)
        #expect(answer.text.isEmpty)
      }
    }
  }

  @Test func whatIsOlderThanTLS12IsRefused() async throws {
    try await Self.run { listener, authority in
      var configuration = try authority.clientConfiguration()
      configuration.minimumTLSVersion = .tlsv1
      configuration.maximumTLSVersion = .tlsv11
      try await listener.client(configuration, patience: .seconds(2)) { client in
        #expect(await !client.isServed())
      }
      configuration.minimumTLSVersion = .tlsv12
      configuration.maximumTLSVersion = .tlsv12
      try await listener.client(configuration) { client in
        #expect(await client.isServed())
      }
    }
  }

  @Test func plainHTTPIsRefused() async throws {
    try await Self.run { listener, _ in
      let answer = try await RawConnection.exchange(
        port: listener.port, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
      #expect(!answer.contains("HTTP/1.1 200"))
    }
  }

  @Test func aHandshakeHasOnlySoMuchTime() async throws {
    try await TestAuthority.run { authority in
      let files = try authority.issue("server", names: ["localhost"])
      var configuration = TestListener.configuration
      configuration.handshakeTimeout = .milliseconds(50)
      try await SecureListener.run(files, configuration: configuration) { listener in
        let answer = try await RawConnection.exchange(port: listener.port, "")
        #expect(answer.isEmpty)
      }
    }
  }
}
