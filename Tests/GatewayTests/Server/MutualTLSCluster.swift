import Foundation
import HTTPServer
import HTTPSupport
import TenantRegistry
import TestSupport

@testable import Gateway

/// Gateways and pods of acme that know each other by certificates. Each gateway leads to the pod
/// with its number.
struct MutualTLSCluster: Sendable {
  private static let name = "terrace.tenant-acme.svc"

  private let authority: TestAuthority
  private let ports: [Int]

  init() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("terrace-tls-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    authority = try TestAuthority(folder: folder)
    ports = [try Loopback.freePort(), try Loopback.freePort()]
  }

  func remove() {
    try? FileManager.default.removeItem(at: authority.folder)
  }

  /// The first has the admin's listener as well. However long requests may be under way, nobody
  /// waits when there are none.
  func gateway(_ fixture: ServerFixture, _ number: Int) throws -> ProcessConfiguration {
    var configuration = fixture.configuration
    configuration.moveDrain = .seconds(3600)
    configuration.directory.name = "gateway-\(number)"
    if number > 0 {
      configuration.server.mode = .shared
      (configuration.owner, configuration.adminToken) = (nil, nil)
    }
    var addresses = UpstreamAddresses()
    addresses.overrides["tenant-acme"] = Authority("127.0.0.1:\(ports[number])")
    configuration.server.forwarding.addresses = addresses
    configuration.server.forwarding.tls = try files("gateway-\(number)", names: ["gateway"])
    return configuration
  }

  func pod(
    _ fixture: ServerFixture, _ number: Int, _ credentials: TenantCredentials
  ) throws -> ProcessConfiguration {
    var configuration = fixture.configuration(for: credentials)
    configuration.server.publicListener.port = ports[number]
    configuration.server.publicTLS = try files("pod-\(number)", names: [Self.name])
    return configuration
  }

  private func files(_ name: String, names: [String]) throws -> TLSFiles {
    var files = try authority.issue(name, names: names)
    files.authorities = try authority.authorityFile()
    return files
  }
}
