import HTTPServer
import HTTPSupport
import Logging
import NIOSSL
import TestSupport
import Testing

@testable import Gateway

/// Between the gateway and a dedicated pod, each shows who it is.
struct MutualTLSTests {
  private static let name = "terrace.tenant-acme.svc"

  /// A pod whose clients must have a certificate of `gateways`.
  private static func pod(
    of authority: TestAuthority, for gateways: TestAuthority,
    _ body: @Sendable (SecureListener) async throws -> Void
  ) async throws {
    var files = try authority.issue("pod", names: [Self.name, "localhost"])
    files.authorities = try gateways.authorityFile()
    try await SecureListener.run(files, body)
  }

  @Test func thePodTrustsTheGatewayAndServesNobodyElse() async throws {
    try await TestAuthority.run { authority in
      let stranger = try TestAuthority(folder: authority.folder)
      try await Self.pod(of: authority, for: authority) { pod in
        let gateway = try authority.issue("gateway", names: ["gateway"])
        try await pod.client(authority.clientConfiguration(showing: gateway)) { client in
          let answer = try await client.send()
          #expect(answer.text.hasSuffix(" secure trusted"))
        }
        let other = try stranger.issue("stranger", names: ["gateway"])
        for configuration in [
          try authority.clientConfiguration(),
          try authority.clientConfiguration(showing: other),
        ] {
          try await pod.client(configuration, patience: .seconds(2)) { client in
            #expect(await !client.isServed())
          }
        }
      }
    }
  }

  /// What a client of the gateway gets, which is before a pod at localhost.
  private static func forwarded(
    to pod: SecureListener, as serverName: String, _ files: TLSFiles
  ) async throws -> String {
    let tls = try TLSContext(
      files, role: .client, name: "upstream",
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    let text = Mailbox()
    try await ForwardingGateway.run(before: pod.port, as: serverName, tls: tls) { gateway in
      text.put(try await gateway.get("/x"))
    }
    return text.take()
  }

  @Test func theGatewayForwardsToThePodThatItBelieves() async throws {
    try await TestAuthority.run { authority in
      try await Self.pod(of: authority, for: authority) { pod in
        var files = try authority.issue("gateway", names: ["gateway"])
        files.authorities = try authority.authorityFile()
        let answer = try await Self.forwarded(to: pod, as: Self.name, files)
        #expect(answer.hasPrefix("HTTP/1.1 200 "), "\(answer)")
        #expect(answer.hasSuffix("GET acme.finance.example /x 0 secure trusted"))
      }
    }
  }

  @Test func aPodWithAnotherNameIsNotBelieved() async throws {
    try await TestAuthority.run { authority in
      try await Self.pod(of: authority, for: authority) { pod in
        var files = try authority.issue("gateway", names: ["gateway"])
        files.authorities = try authority.authorityFile()
        let answer = try await Self.forwarded(to: pod, as: "terrace.tenant-globex.svc", files)
        #expect(answer.contains("/problems/upstream-untrusted"), "\(answer)")
      }
    }
  }

  @Test func aPodOfAnotherAuthorityIsNotBelieved() async throws {
    try await TestAuthority.run { authority in
      let stranger = try TestAuthority(folder: authority.folder)
      try await Self.pod(of: stranger, for: authority) { pod in
        var files = try authority.issue("gateway", names: ["gateway"])
        files.authorities = try authority.authorityFile()
        let answer = try await Self.forwarded(to: pod, as: Self.name, files)
        #expect(answer.contains("/problems/upstream-untrusted"), "\(answer)")
      }
    }
  }

  @Test func aGatewayThatThePodDoesNotBelieveIsABadGateway() async throws {
    try await TestAuthority.run { authority in
      let stranger = try TestAuthority(folder: authority.folder)
      try await Self.pod(of: authority, for: stranger) { pod in
        var files = try authority.issue("gateway", names: ["gateway"])
        files.authorities = try authority.authorityFile()
        let answer = try await Self.forwarded(to: pod, as: Self.name, files)
        #expect(answer.hasPrefix("HTTP/1.1 502 "), "\(answer)")
      }
    }
  }
}
