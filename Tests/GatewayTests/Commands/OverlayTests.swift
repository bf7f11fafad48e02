import Foundation
import Testing

@testable import EmbeddedPostgres
@testable import Gateway

/// `terrace overlay` and `terrace overlay check`, against a running admin endpoint.
@Suite(.preparedDatabase) struct OverlayTests {
  /// Runs `body` with a folder of manifests that has no tenants yet, and what reaches the endpoint.
  private func withFolder(
    _ body: @escaping @Sendable (RunningServer, String, [String]) async throws -> Void
  ) async throws {
    let fixture = try #require(PreparedDatabase.fixture)
    let folder = FileManager.default.temporaryDirectory.path + "/\(UUID().uuidString)"
    let files = FileManager.default
    for name in ["components/dedicated", "overlays/platform"] {
      try files.createDirectory(
        atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
    }
    try Self.platform.write(
      toFile: "\(folder)/overlays/platform/kustomization.yaml", atomically: false, encoding: .utf8)
    try ServerFixture.adminToken.write(
      toFile: folder + "/token", atomically: false, encoding: .utf8)
    defer { try? files.removeItem(atPath: folder) }
    try await fixture.serve { server in
      let port = try #require(server.ports.admin)
      try await body(
        server, folder,
        [
          "--directory", folder, "--server", "http://127.0.0.1:\(port)", "--token-file",
          folder + "/token",
        ])
    }
  }

  private static let platform = "kind: Kustomization\nnamespace: terrace\n"

  /// The server runs in this process, so that no thread may wait for the command.
  private func run(_ words: [String], _ options: [String]) async throws -> (Int32, String) {
    let log = FileManager.default.temporaryDirectory.path + "/\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: log) }
    let child = try await TerraceCommand.start(["overlay"] + words + options, [:], log: log)
    let status = await child.end()
    return (status, try String(contentsOfFile: log, encoding: .utf8))
  }

  @Test func writesWhatTheRepositoryHasForItsDemoTenants() async throws {
    try await withFolder { server, folder, options in
      try await server.addTenant("acme", isolation: "dedicated")
      let (status, output) = try await run(["acme"], options)
      #expect(status == 0, "\(output)")
      #expect(output.hasSuffix("kubectl apply -k \(folder)/secrets/acme\n"))
      #expect(output.contains("scripts/secrets tenant tenant-acme acme"))
      let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../../kubernetes").path
      for kind in ["overlays", "secrets"] {
        let path = "\(kind)/acme/kustomization.yaml"
        func shape(_ root: String) throws -> [String] {
          try String(contentsOfFile: "\(root)/\(path)", encoding: .utf8).components(
            separatedBy: "\n"
          ).filter { !$0.hasPrefix("#") && !$0.contains("TERRACE_TENANT_") }
        }
        #expect(try shape(folder) == shape(repository))
      }
      for name in ["tenant-password", "tenant-key"] {
        let attributes = try FileManager.default.attributesOfItem(
          atPath: "\(folder)/secrets/acme/\(name)")
        #expect(attributes[.posixPermissions] as? Int == 0o600)
      }
      #expect(try await run(["check"], options).1.contains("tls.key is missing"))
      for name in ["database-ca.crt", "tls.crt", "tls.key", "gateway-ca.crt"] {
        #expect(
          FileManager.default.createFile(
            atPath: "\(folder)/secrets/acme/\(name)", contents: Data()))
      }
      #expect(try await run(["check"], options).0 == 0)
    }
  }

  @Test func aTenantThatIsNotThereOrNotDedicatedIsRefusedAndNothingWritten() async throws {
    try await withFolder { server, folder, options in
      try await server.addTenant("globex")
      for (slug, complaint) in [
        ("nobody", "There is no such tenant"), ("globex", "move globex to dedicated first"),
      ] {
        let (status, output) = try await run([slug], options)
        #expect(status == 1 << 8)
        #expect(output.contains(complaint), "\(output)")
        #expect(!FileManager.default.fileExists(atPath: "\(folder)/secrets/\(slug)"))
      }
      let (status, output) = try await run(
        ["globex"], Array(options.dropFirst(2)) + ["--directory", "/"])
      #expect(status == 1 << 8)
      #expect(output.contains("see --directory"))
    }
  }

  @Test func checkNamesEachDisagreement() {
    func overlay(
      _ slug: String, login: String = "l2", hosts: [String] = [], missing: [String] = []
    ) -> OverlayFolder.Overlay {
      .init(
        slug: slug, namespace: "tenant-a", tenantID: "1", login: login, hosts: hosts,
        missingFiles: missing)
    }
    func deployment(_ slug: String, _ namespace: String = "tenant-a", id: String = "1")
      -> OverlayComparison.Deployment
    {
      .init(
        slug: slug, namespace: namespace, baseURL: "https://\(slug).example:8443",
        details: .init(tenantID: id, logins: ["l2", "l3"]))
    }
    #expect(
      OverlayComparison.findings([overlay("a", hosts: ["a.example"])], [deployment("a")]) == [])
    let findings = OverlayComparison.findings(
      [
        overlay("a", login: "l1", hosts: ["a.example", "a.other"], missing: ["secrets/a/key"]),
        overlay("b"), overlay("d"),
      ],
      [deployment("a"), deployment("c"), deployment("d", "tenant-d", id: "2")])
    #expect(
      findings == [
        "a: the host is a.other, and the registry has a.example",
        "a: secrets/a/key is missing: terrace overlay and scripts/secrets tenant make it",
        "a: TERRACE_TENANT_LOGIN is l1, whose credentials are none of the tenant's: terrace overlay a",
        "b: the overlay has no dedicated tenant",
        "d: namespace is tenant-a, and the registry has tenant-d",
        "d: TERRACE_TENANT_ID is 1, and the registry has 2",
        "c: the tenant has no overlay: terrace overlay c",
      ])
  }

  @Test func anOverlaysHostsAreThoseThatItNames() throws {
    let folder = FileManager.default.temporaryDirectory.path + "/\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try FileManager.default.createDirectory(
      atPath: folder + "/overlays/a", withIntermediateDirectories: true)
    try """
    # A, dedicated: https://a.example:8443, in a deployment of its own.
    components:
      - ../../components/dedicated
    configMapGenerator:
      - literals:
          - TERRACE_BASE_DOMAINS=one.example, two.example
          - TERRACE_PUBLIC_URL=https://three.example
    """.write(
      toFile: folder + "/overlays/a/kustomization.yaml", atomically: false, encoding: .utf8)
    let overlay = try #require(try OverlayFolder(path: folder).overlays().first)
    #expect(
      overlay.hosts == ["a.example", "a.one.example", "a.two.example", "a.three.example"])
    #expect(overlay.missingFiles == [])
  }
}
