import Foundation
import Testing

@testable import Gateway
@testable import TenantRegistry

struct TenantManifestsTests {
  private static func stream(
    slug: String = "acme", displayName: String = "Acme", namespace: String = "tenant-acme",
    login: String = "terrace_t_acme", image: String = "localhost/terrace:0.1.0",
    proxies: String = "10.244.0.0/16"
  ) throws -> String {
    TenantManifests(
      deployment: TenantDeployment(
        slug: slug, displayName: displayName, namespace: namespace,
        tenantID: "6f9d2c1e-5b0a-4a53-9d5e-0c1f7a3b8e21", login: login),
      password: Secret(Array("a password".utf8)), key: Secret(Array("1:a key".utf8)),
      cluster: ManifestCluster(
        image: image, databasePeers: [try #require(DatabasePeer("terrace/postgres"))],
        databasePort: 5432, databaseAuthorities: Data("an authority".utf8),
        settings: [
          .publicURL: "https://finance.example", .baseDomains: "finance.example",
          .databaseHost: "postgres.terrace.svc", .trustedProxies: proxies,
        ])
    ).stream
  }

  /// Tests/kubernetes compares the recorded stream with what kustomize makes of acme's folders.
  @Test func theStreamIsTheOneThatIsRecorded() throws {
    let golden = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../kubernetes/golden/acme-stream.yaml")
    let stream = try Self.stream()
    if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] != nil {
      try stream.write(to: golden, atomically: true, encoding: .utf8)
    }
    #expect(
      try String(contentsOf: golden, encoding: .utf8) == stream,
      "if it is meant: UPDATE_GOLDEN=1, and read the diff")
  }

  @Test(arguments: [
    "\"", "\\", "a\"\nkind: Secret", "{{name}}", "\u{85}---\u{2028}", "# é: '", "\u{0}\t\r\n",
  ])
  func noValueEndsItsScalar(_ text: String) throws {
    let stream = try Self.stream(
      slug: text, displayName: text, namespace: text, login: text, image: text, proxies: text)
    let plain = try Self.stream()
    func shape(_ stream: String) -> [String] {
      stream.components(separatedBy: "\n").map {
        $0.replacing(#/"(?:[^"\\]|\\["\\]|\\U[0-9a-f]{8})*"/#, with: "_")
      }
    }
    #expect(shape(stream) == shape(plain))
    #expect(stream.utf8.allSatisfy { $0 == 0x0A || (0x20...0x7E).contains($0) })
    let quoted = try #require(
      stream.components(separatedBy: "\n").first { $0.hasPrefix("        image: ") })
    #expect(quoted == "        image: " + text.yamlQuoted)
  }

  @Test func aQuotedTextIsReadAsItWas() {
    #expect("a \"b\" \\ c".yamlQuoted == #""a \"b\" \\ c""#)
    #expect("é\u{2028}😀\n".yamlQuoted == #""\U000000e9\U00002028\U0001f600\U0000000a""#)
  }

  @Test func newCredentialsHaveNamesOfTheirOwn() throws {
    func names(_ stream: String) -> Set<Substring> {
      Set(stream.matches(of: /"(terrace-[0-9a-f]{10})"/).map(\.1))
    }
    let first = names(try Self.stream())
    #expect(first.count == 1)
    #expect(first.isDisjoint(with: names(try Self.stream(login: "terrace_t_acme_2"))))
  }

  @Test func aDatabaseIsInARangeOrInPods() throws {
    #expect(DatabasePeer("10.0.0.0/16") == .addresses("10.0.0.0/16"))
    #expect(DatabasePeer("fd00::/8") == .addresses("fd00::/8"))
    #expect(DatabasePeer("terrace/postgres") == .pods(namespace: "terrace", name: "postgres"))
    for text in ["", "postgres", "10.0.0.0", "a/b/c", "a/", "A/b", "a/b\n", "-a/b"] {
      #expect(DatabasePeer(text) == nil, "\(text)")
    }
  }
}
