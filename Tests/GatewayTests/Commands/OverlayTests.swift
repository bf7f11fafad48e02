import Foundation
import Testing

@testable import EmbeddedPostgres
@testable import Gateway

/// `terrace overlay` and `terrace overlay check`, against a running admin endpoint.
@Suite(.preparedDatabase) struct OverlayTests {
  /// Runs `body` with a folder of manifests that has no tenants yet, and what reaches the endpoint.
  private func withFolder(
    _ own: ServerFixture? = nil,
    _ body: @escaping @Sendable (RunningServer, String, [String]) async throws -> Void
  ) async throws {
    let fixture = try #require(own ?? PreparedDatabase.fixture)
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
      let check = try await run(["check"], options)
      #expect(check.0 == 0)
      #expect(
        check.1.contains("secrets/acme has no database-ca.crt, tls.crt, tls.key, gateway-ca.crt\n"))
      for name in ["database-ca.crt", "tls.crt", "tls.key", "gateway-ca.crt"] {
        #expect(
          FileManager.default.createFile(
            atPath: "\(folder)/secrets/acme/\(name)", contents: Data()))
      }
      #expect(try await run(["check"], options).1 == "1 overlays agree with the registry.\n")
    }
  }

  @Test func checkEndsWithOneForEachKindOfDisagreement() async throws {
    try await ServerFixture.run { fixture in
      try await withFolder(fixture) { server, folder, options in
        try await server.addTenant("hooli")
        #expect(try await run(["hooli"], options).0 == 0)
        let file = "\(folder)/overlays/hooli/kustomization.yaml"
        let written = try String(contentsOfFile: file, encoding: .utf8)
        for (old, new, complaint) in [
          ("hooli.localhost", "hooli.example", "the host is hooli.example"),
          ("terrace_t_hooli", "terrace_t_acme", "whose credentials are none of the tenant's"),
          ("tenant-hooli", "tenant-acme", "namespace is tenant-acme"),
          ("resources:", "resources: [", "is no kustomization"),
        ] {
          try written.replacing(old, with: new).write(
            toFile: file, atomically: true, encoding: .utf8)
          try await expect(1, complaint, options)
        }
        try FileManager.default.removeItem(atPath: file)
        try await expect(1, "hooli: the tenant has no overlay: terrace overlay hooli\n", options)
        try written.write(toFile: file, atomically: true, encoding: .utf8)
        try await expect(0, "1 overlays agree with the registry.\n", options)
        try await server.move("hooli", to: "shared", until: 200)
        try await expect(1, "hooli: the overlay has no dedicated tenant\n", options)
      }
    }
  }

  /// What `terrace overlay check` ends with, and what it says among other things.
  private func expect(_ code: Int32, _ text: String, _ options: [String]) async throws {
    let (status, output) = try await run(["check"], options)
    #expect(status == code << 8)
    #expect(output.contains(text), "\(output)")
  }

  @Test func aTenantThatIsNotThereIsRefusedAndNothingWritten() async throws {
    try await withFolder { server, folder, options in
      var (status, output) = try await run(["nobody"], options)
      #expect(status == 1 << 8)
      #expect(output.contains("There is no such tenant"), "\(output)")
      #expect(!FileManager.default.fileExists(atPath: "\(folder)/secrets/nobody"))
      (status, output) = try await run(
        ["globex"], Array(options.dropFirst(2)) + ["--directory", "/"])
      #expect(status == 1 << 8)
      #expect(output.contains("see --directory"))
    }
  }

  @Test func checkNamesEachDisagreement() {
    func overlay(
      _ slug: String, login: String = "l2", hosts: [String] = [], served: [String] = []
    ) -> OverlayFolder.Overlay {
      .init(
        slug: slug, namespace: "tenant-a", tenantID: "1", login: login, hosts: hosts,
        servedHosts: served, missingFiles: [])
    }
    func deployment(_ slug: String, _ namespace: String = "tenant-a", id: String = "1")
      -> OverlayComparison.Deployment
    {
      .init(
        slug: slug, namespace: namespace, baseURL: "https://\(slug).example:8443",
        details: .init(tenantID: id, logins: ["l2", "l3"]))
    }
    #expect(
      OverlayComparison.findings(
        [overlay("a", hosts: ["a.example"], served: ["a.other", "a.example"])], [deployment("a")])
        == [])
    let findings = OverlayComparison.findings(
      [
        overlay("a", login: "l1", hosts: ["a.example", "a.other"]),
        overlay("b"), overlay("d", served: ["d.one", "d.two"]),
      ],
      [deployment("a"), deployment("c"), deployment("d", "tenant-d", id: "2")])
    #expect(
      findings == [
        "a: the host is a.other, and the registry has a.example",
        "a: TERRACE_TENANT_LOGIN is l1, whose credentials are none of the tenant's: terrace overlay a",
        "b: the overlay has no dedicated tenant",
        "d: namespace is tenant-a, and the registry has tenant-d",
        "d: TERRACE_TENANT_ID is 1, and the registry has 2",
        "d: its pods answer at d.one, d.two, and the registry has d.example",
        "c: the tenant has no overlay: terrace overlay c",
      ])
  }

  /// However YAML lets it be written.
  @Test func anOverlayIsReadAsKustomizeReadsIt() throws {
    let folder = FileManager.default.temporaryDirectory.path + "/\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for name in ["overlays/a", "secrets/a", "cluster"] {
      try FileManager.default.createDirectory(
        atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
    }
    for (file, text) in [
      (
        "overlays/a/kustomization.yaml",
        """
        # A, dedicated: https://a.example:8443, in a deployment of its own.
        "namespace": &name tenant-a   # not default
        components: ["../../components/dedicated/"]
        commonAnnotations: {namespace: other}
        configMapGenerator:
          - name: terrace
            envs:
            - settings.env
            literals: [
              "TERRACE_BASE_DOMAINS='one.example, two.example'",
              'TERRACE_PUBLIC_URL="https://three.example:8443"' ]
        """
      ), ("cluster/cluster.env", "TERRACE_TENANT_ID=2\nTERRACE_TENANT_LOGIN=l\n"),
      ("overlays/a/settings.env", "# TERRACE_TENANT_ID=0\nTERRACE_TENANT_ID=1\n"),
      ("secrets/a/kustomization.yaml", "secretGenerator:\n- files:\n  - one\n  - k=two\n"),
      ("secrets/a/one", ""),
    ] {
      try text.write(toFile: "\(folder)/\(file)", atomically: false, encoding: .utf8)
    }
    let overlay = try #require(try OverlayFolder(path: folder).overlays().first)
    #expect(
      overlay
        == .init(
          slug: "a", namespace: "tenant-a", tenantID: "1", login: "l",
          hosts: ["a.example", "a.three.example"],
          servedHosts: ["a.one.example", "a.two.example"], missingFiles: ["two"]))
  }
}
