import Foundation
import HTTPServer
import HTTPSupport
import Logging
import TestSupport
import Testing

@testable import Gateway

/// What is wrong with TLS files is said at the start, by the key that names the file.
struct TLSConfigurationTests {
  private static func message(_ files: TLSFiles) -> String? {
    var server = ServerConfiguration()
    server.publicTLS = files
    do {
      _ = try ServerTLS(
        server, metrics: PrometheusMetrics(),
        logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
      return nil
    } catch {
      return "\(error)"
    }
  }

  @Test func aMissingFileIsNamed() async throws {
    try await TestAuthority.run { authority in
      var files = try authority.issue("server", names: ["localhost"])
      #expect(Self.message(files) == nil)
      files.key = "/nowhere"
      #expect(
        Self.message(files) == "TERRACE_PUBLIC_TLS_KEY names /nowhere, which cannot be read")
    }
  }

  @Test func aKeyOfAnotherCertificateIsNamed() async throws {
    try await TestAuthority.run { authority in
      var files = try authority.issue("server", names: ["localhost"])
      files.key = try authority.issue("other", names: ["localhost"]).key
      #expect(Self.message(files) == "TERRACE_PUBLIC_TLS_KEY is not the key of the certificate")
    }
  }

  @Test func whatIsNoPEMIsNamed() async throws {
    try await TestAuthority.run { authority in
      let files = try authority.issue("server", names: ["localhost"])
      let nonsense = try authority.write("nonsense", "nonsense")
      var broken = files
      broken.certificate = nonsense
      #expect(
        Self.message(broken)
          == "TERRACE_PUBLIC_TLS_CERTIFICATE names a file without a PEM certificate")
      broken = files
      broken.key = nonsense
      #expect(
        Self.message(broken) == "TERRACE_PUBLIC_TLS_KEY names a file without a PEM private key")
      broken = files
      broken.authorities = nonsense
      #expect(
        Self.message(broken) == "TERRACE_GATEWAY_CA names a file without a PEM certificate")
    }
  }
}
