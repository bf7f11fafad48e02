import Foundation
import TestSupport
import Testing

@testable import HTTPSupport

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
