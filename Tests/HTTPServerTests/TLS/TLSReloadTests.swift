import Foundation
import HTTPSupport
import TestSupport
import Testing

@testable import HTTPServer

struct TLSReloadTests {
  @Test func newFilesCountForNewConnectionsAndOldOnesGoOn() async throws {
    try await TestAuthority.run { first in
      let files = try first.issue("server", names: ["localhost"])
      let second = try TestAuthority(folder: first.folder)
      try await SecureListener.run(files) { listener in
        try await listener.client(first.clientConfiguration(), http1: true) { old in
          #expect(await old.isServed())
          _ = try second.issue("server", names: ["localhost"])
          listener.tls.refresh()
          try await listener.client(second.clientConfiguration(), http1: true) { new in
            #expect(await new.isServed())
          }
          // It could not connect anew.
          #expect(await old.isServed())
        }
        try await listener.client(first.clientConfiguration(), patience: .seconds(2)) { client in
          #expect(await !client.isServed())
        }
      }
    }
  }

  /// Has a pod's clients be those that show a certificate of these authorities.
  private static func admit(_ authorities: TestAuthority...) throws -> String {
    let certificates = try authorities.map {
      try String(contentsOfFile: $0.authorityFile(), encoding: .utf8)
    }
    return try authorities[0].write(certificates.joined(separator: "\n"), "gateway-ca.crt")
  }

  /// The rotation of an authority, step by step, as docs/how-to/rotate-credentials.md has it.
  @Test func newAuthoritiesOfGatewaysCountForNewConnections() async throws {
    try await TestAuthority.run { first in
      let second = try TestAuthority(folder: first.folder)
      let (gateway, next) = (
        try first.clientConfiguration(showing: first.issue("gateway", names: ["gateway"])),
        try first.clientConfiguration(showing: second.issue("next", names: ["gateway"]))
      )
      var files = try first.issue("pod", names: ["localhost"])
      files.authorities = try Self.admit(first)
      try await SecureListener.run(files) { pod in
        try await pod.client(gateway, http1: true) { old in
          let answer = try await old.send()
          #expect(answer.text.hasSuffix(" secure trusted"))
          try await pod.client(next, patience: .seconds(2)) { client in
            #expect(await !client.isServed())
          }
          _ = try Self.admit(first, second)
          pod.tls.refresh()
          for configuration in [gateway, next] {
            try await pod.client(configuration) { client in
              let answer = try await client.send()
              #expect(answer.text.hasSuffix(" secure trusted"))
            }
          }
          _ = try Self.admit(second)
          pod.tls.refresh()
          try await pod.client(next) { client in
            let answer = try await client.send()
            #expect(answer.text.hasSuffix(" secure trusted"))
          }
          try await pod.client(gateway, patience: .seconds(2)) { client in
            #expect(await !client.isServed())
          }
          // It could not connect anew.
          #expect(await old.isServed())
        }
      }
    }
  }

  @Test(arguments: ["", "nonsense", "none"])
  func brokenAuthoritiesChangeNothingAndLetNobodyIn(authorities: String) async throws {
    try await TestAuthority.run { authority in
      let stranger = try TestAuthority(folder: authority.folder)
      let (gateway, other) = (
        try authority.issue("gateway", names: ["gateway"]),
        try stranger.issue("other", names: ["gateway"])
      )
      var files = try authority.issue("pod", names: ["localhost"])
      let file = try Self.admit(authority)
      files.authorities = file
      try await SecureListener.run(files) { pod in
        let before = pod.tls.current
        if authorities == "none" {
          try FileManager.default.removeItem(atPath: file)
        } else {
          _ = try authority.write(authorities, "gateway-ca.crt")
        }
        pod.tls.refresh()
        #expect(pod.tls.current === before)
        try await pod.client(authority.clientConfiguration(showing: gateway)) { client in
          #expect(await client.isServed())
        }
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

  private static func metric(_ metrics: PrometheusMetrics) -> String {
    metrics.render().split(separator: "\n").first {
      $0.hasPrefix(#"terrace_tls_files_unusable{files="public"}"#)
    }?.suffix(1).description ?? "none"
  }

  @Test(arguments: ["", "nonsense", "the other pair's", "none"])
  func aBrokenPairChangesNothingAndIsSaidOnce(key: String) async throws {
    try await TestAuthority.run { authority in
      let files = try authority.issue("server", names: ["localhost"])
      let other = try authority.issue("other", names: ["localhost"])
      let (log, metrics) = (RecordedLog(), PrometheusMetrics())
      let tls = try TLSContext(
        files, role: .server(protocols: []), name: "public", metrics: metrics, logger: log.logger)
      let (before, good) = (tls.current, try String(contentsOfFile: files.key, encoding: .utf8))
      #expect(Self.metric(metrics) == "0")
      switch key {
      case "none": try FileManager.default.removeItem(atPath: files.key)
      case "the other pair's":
        _ = try authority.write(String(contentsOfFile: other.key, encoding: .utf8), "server.key")
      default: _ = try authority.write(key, "server.key")
      }
      for _ in 1...3 { tls.refresh() }
      #expect(tls.current === before)
      #expect(Self.metric(metrics) == "1")
      #expect(log.text.matches(of: /cannot be used/).count == 1)
      #expect(!log.text.contains("PRIVATE KEY"))
      _ = try authority.write(good, "server.key")
      tls.refresh()
      #expect(tls.current !== before)
      #expect(Self.metric(metrics) == "0")
      #expect(log.text.matches(of: /were read again/).count == 1)
    }
  }
}
