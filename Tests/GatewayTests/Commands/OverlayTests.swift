import Foundation
import Testing

@testable import EmbeddedPostgres
@testable import Gateway

/// `terrace overlay`, against a running admin endpoint. `terrace overlay check`, which renders
/// overlays by kubectl, has its tests in Tests/kubernetes.
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
  private func run(
    _ words: [String], _ options: [String], _ settings: [String: String] = [:]
  ) async throws -> (Int32, String) {
    let log = FileManager.default.temporaryDirectory.path + "/\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: log) }
    let child = try await TerraceCommand.start(["overlay"] + words + options, settings, log: log)
    let status = await child.end()
    return (status, try String(contentsOfFile: log, encoding: .utf8))
  }

  @Test func writesWhatTheRepositoryHasForItsDemoTenants() async throws {
    try await withFolder { server, folder, options in
      try await server.addTenant("acme", isolation: "dedicated")
      let (status, output) = try await run(["acme"], options)
      #expect(status == 0, "\(output)")
      // The image is the platform's, whatever the manifests name.
      #expect(
        output.hasSuffix(
          """
          image=$(kubectl -n terrace get deployment/terrace \\
            --output 'jsonpath={.spec.template.spec.containers[0].image}')
          scripts/deploy apply acme "$image"

          """), "\(output)")
      #expect(output.contains("scripts/secrets tenant tenant-acme acme"))
      let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../../Tests/kubernetes/tenants").path
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
    }
  }

  @Test func aNameOfAnOlderTimeEndsNoComment() async throws {
    try await withFolder { server, folder, options in
      try await server.addTenant("lines", isolation: "dedicated")
      _ = try await PreparedDatabase.fixture?.asSuperuser(
        """
        update registry.tenants set display_name = U&'A\\2028namePrefix: b'
        where schema_name = 't_lines'
        """)
      #expect(try await run(["lines"], options).0 == 0)
      let text = try String(
        contentsOfFile: "\(folder)/overlays/lines/kustomization.yaml", encoding: .utf8)
      #expect(text.hasPrefix("# AnamePrefix: b, dedicated: "), "\(text)")
    }
  }

  @Test func keepsWhatPeopleWroteIntoItsFiles() async throws {
    try await withFolder { server, folder, options in
      try await server.addTenant("kept", isolation: "dedicated")
      let overlay = "\(folder)/overlays/kept/kustomization.yaml"
      let secrets = "\(folder)/secrets/kept/kustomization.yaml"
      func text(_ file: String) throws -> String {
        try String(contentsOfFile: file, encoding: .utf8)
      }
      #expect(try await run(["kept"], options).0 == 0)
      let added =
        "# See https://docs.example/patches.\npatches:\n  - patch: |-\n      namespace: theirs\n"
      for file in [overlay, secrets] {
        try (text(file).replacing("__c2\n", with: "__c2  # ours\r\n") + added).write(
          toFile: file, atomically: true, encoding: .utf8)
      }
      let before = try (text(overlay), text(secrets))
      let (status, output) = try await run(["kept"], options)
      #expect(status == 0, "\(output)")
      #expect(try text(overlay) == before.0.replacing("__c2  # ours", with: "__c3  # ours"))
      #expect(try text(secrets) == before.1)
      #expect(OverlayFolder.hosts(in: try text(overlay)).count == 1)

      let password = try text("\(folder)/secrets/kept/tenant-password")
      for (content, message) in [
        (
          Array(before.0.replacing("- TERRACE_TENANT_LOGIN=", with: "- OURS=").utf8),
          "\(overlay) has no line '- TERRACE_TENANT_LOGIN=…'"
        ),
        (Array(before.0.utf8) + [0xff], "cannot read \(overlay)"),
      ] {
        try Data(content).write(to: URL(fileURLWithPath: overlay))
        let refused = try await run(["kept"], options)
        #expect(refused.0 == 1 << 8)
        #expect(refused.1.contains(message), "\(refused.1)")
        #expect(try Data(contentsOf: URL(fileURLWithPath: overlay)) == Data(content))
      }
      #expect(try text("\(folder)/secrets/kept/tenant-password") == password)
      let credentials = try await PreparedDatabase.fixture?.asSuperuser(
        "select from registry.credentials where login like 'terrace_t_kept%'")
      #expect(credentials?.count == 3)
    }
  }

  @Test func checkSaysThatItNeedsKubectl() async throws {
    try await withFolder { _, _, options in
      let (status, output) = try await run(["check"], options, ["PATH": "/nowhere"])
      #expect(status == 1 << 8)
      #expect(output.hasPrefix("terrace: kubectl is not on the PATH: "), "\(output)")
      #expect(output.filter(\.isNewline).count == 1)
    }
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
      _ slug: String, login: String = "l2", hosts: [String] = [], served: [String] = [],
      unread: [String] = []
    ) -> OverlayFolder.Overlay {
      .init(
        slug: slug, namespace: "tenant-a", tenantID: "1", login: login, hosts: hosts,
        servedHosts: served, unread: unread, missingFiles: [])
    }
    func deployment(_ slug: String, _ namespace: String = "tenant-a", id: String = "1")
      -> OverlayComparison.Deployment
    {
      .init(
        slug: slug, namespace: namespace, baseURL: "https://\(slug).example:8443",
        details: .init(
          tenantID: id, slug: slug, isolation: .dedicated, servedBy: .dedicated,
          logins: ["l2", "l3"]))
    }
    #expect(
      OverlayComparison.findings(
        [overlay("a", hosts: ["a.example"], served: ["a.other", "a.example"])], [deployment("a")])
        == [])
    let findings = OverlayComparison.findings(
      [
        overlay("a", login: "l1", hosts: ["a.example", "a.other"]),
        overlay("b"), overlay("d", served: ["d.one", "d.two"], unread: ["the Secret x"]),
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
        "d: its pods take settings from the Secret x, which cannot be compared",
      ])
    #expect(
      OverlayComparison.missing([overlay("a")], [deployment("a"), deployment("c")])
        == ["c: the tenant has no overlay: terrace overlay c"])
  }
}
