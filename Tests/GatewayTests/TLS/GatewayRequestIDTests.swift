import HTTPServer
import HTTPSupport
import Hummingbird
import Logging
import TestSupport
import Testing

@testable import Gateway

/// A request has the same name at the gateway and at the pod that it is forwarded to.
struct GatewayRequestIDTests {
  private static let name = "terrace.tenant-acme.svc"

  /// Says what a request is called.
  private static let names = ClosureHandler { _, exchange in .text(exchange.id) }

  /// A pod whose clients must have a certificate of the authority, as the gateway has.
  private static func pod(
    of authority: TestAuthority, _ handler: ClosureHandler,
    _ body: @Sendable (SecureListener) async throws -> Void
  ) async throws {
    var files = try authority.issue("pod", names: [name, "localhost"])
    files.authorities = try authority.authorityFile()
    try await SecureListener.run(files, handler: handler, body)
  }

  @Test func aPodCallsARequestWhatTheGatewayCallsIt() async throws {
    try await TestAuthority.run { authority in
      try await Self.pod(of: authority, Self.names) { pod in
        let gateway = try authority.issue("gateway", names: ["gateway"])
        for http1 in [true, false] {
          try await pod.client(
            authority.clientConfiguration(showing: gateway), http1: http1
          ) { client in
            let id = "0123456789-ABCdef_xyz"
            let named = try await client.send(headers: ["X-Request-ID": id]).text
            #expect(named == id)
            let unnamed = try await client.send().text
            #expect(unnamed.utf8.count == 15)
          }
        }
      }
    }
  }

  @Test(arguments: ["", "a b", "a,b", "<b>", "a\"b", String(repeating: "a", count: 65)])
  func aNameThatIsNoneIsReplaced(id: String) async throws {
    try await TestAuthority.run { authority in
      try await Self.pod(of: authority, Self.names) { pod in
        let gateway = try authority.issue("gateway", names: ["gateway"])
        try await pod.client(authority.clientConfiguration(showing: gateway)) { client in
          let text = try await client.send(headers: ["X-Request-ID": id]).text
          #expect(text != id)
          #expect(text.utf8.count == 15)
        }
      }
    }
  }

  /// What a proxy passes on may be its client's.
  @Test func aProxyThatIsTrustedByItsAddressNamesNoRequest() async throws {
    var configuration = TestListener.configuration
    configuration.isTrusted = { _ in true }
    try await TestListener.run(Self.names, configuration: configuration) { listener in
      let answer = try await RawConnection.exchange(
        port: listener.port,
        "GET / HTTP/1.1\r\nHost: a\r\nX-Request-ID: mine\r\nConnection: close\r\n\r\n")
      #expect(answer.hasPrefix("HTTP/1.1 200 "), "\(answer)")
      #expect(!answer.contains("mine"), "\(answer)")
    }
  }

  @Test func aPodsProblemHasTheNameThatItsResponseHas() async throws {
    try await TestAuthority.run { authority in
      try await Self.pod(of: authority, ClosureHandler { _, _ in throw Problem.internalError }) {
        pod in
        var files = try authority.issue("gateway", names: ["gateway"])
        files.authorities = try authority.authorityFile()
        let tls = try TLSContext(
          files, role: .client, name: "upstream",
          logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        try await ForwardingGateway.run(before: pod.port, as: Self.name, tls: tls) { gateway in
          let answer = try await gateway.get()
          let header = try #require(answer.firstMatch(of: /X-Request-ID: (\w+)/)).1
          let body = try #require(answer.firstMatch(of: /"request_id":"(\w+)"/)).1
          #expect(header == body, "\(answer)")
        }
      }
    }
  }
}
