import NIOCore
import Testing

@testable import Gateway

@Suite struct ForwardingConfigurationTests {
  private func load(_ environment: [String: String]) throws -> ForwardingConfiguration {
    try ForwardingConfiguration(ConfigurationSource(environment: environment))
  }

  private func message(_ environment: [String: String]) -> String? {
    #expect(throws: ConfigurationError.self) { try load(environment) }?.description
  }

  @Test(arguments: [
    ("", "terrace.tenant-a.svc", 8443, true),
    ("https://terrace.{namespace}.svc:8443", "terrace.tenant-a.svc", 8443, true),
    ("https://{namespace}", "tenant-a", 443, true),
    ("http://{namespace}.internal", "tenant-a.internal", 80, false),
    ("http://namespace.x.{namespace}.svc:81", "namespace.x.tenant-a.svc", 81, false),
    (
      "https://terrace-{namespace}.svc.cluster.local:1", "terrace-tenant-a.svc.cluster.local", 1,
      true
    ),
  ])
  func anUpstreamsNameFollowsFromItsNamespace(
    template: String, name: String, port: Int, isTLS: Bool
  ) throws {
    let addresses = try load(["TERRACE_UPSTREAM": template]).addresses
    let upstream = addresses.upstream(ofNamespace: "tenant-a")
    #expect(upstream == Upstream(serverName: name, host: name, port: port))
    #expect(addresses.isTLS == isTLS)
  }

  @Test(arguments: [
    "terrace.{namespace}.svc:8443", "https://terrace.svc:8443", "ftp://{namespace}",
    "https://", "https://{namespace}/", "https://{namespace}/x", "https://{namespace}?x=1",
    "https://{namespace}#x", "https://user@{namespace}", "https://user:password@{namespace}",
    "https://{namespace}@host", "https://host:{namespace}", "https://host/{namespace}",
    "https://{namespace}:0", "https://{namespace}:65536", "https://{namespace}:x",
    "https://{namespace}.{namespace}", "{namespace}://host", "https://{namespace} .svc",
    "https://-.{namespace}..svc", "https://[{namespace}]",
  ])
  func aTemplateThatIsNoneIsRefused(template: String) {
    #expect(
      message(["TERRACE_UPSTREAM": template])
        == "TERRACE_UPSTREAM must be a URL with {namespace} in its host, such as "
        + "https://terrace.{namespace}.svc:8443, and is '\(template)'")
  }

  @Test func overridesLeadSomeNamespacesElsewhere() throws {
    let text = "tenant-a=127.0.0.1:81, tenant-b = [::1]:82,tenant-c=pod.internal:83"
    let addresses = try load(["TERRACE_UPSTREAM_OVERRIDES": text]).addresses
    let found = ["tenant-a", "tenant-b", "tenant-c", "tenant-d"].map {
      addresses.upstream(ofNamespace: $0)
    }
    #expect(found.map(\.host) == ["127.0.0.1", "::1", "pod.internal", "terrace.tenant-d.svc"])
    #expect(found.map(\.port) == [81, 82, 83, 8443])
    #expect(found.map(\.serverName).first == "terrace.tenant-a.svc")
  }

  @Test(arguments: [
    "tenant-a", "tenant-a=", "tenant-a=host", "tenant-a=host:", "tenant-a=host:x",
    "tenant-a=host:0", "tenant-a=host:65536", "=host:81", "tenant-a=host:81=b",
    "tenant-a=http://host:81", "tenant-a=user@host:81", "tenant-a=host:81,tenant-a=host:82",
  ])
  func overridesThatAreNoneAreRefused(text: String) {
    #expect(
      message(["TERRACE_UPSTREAM_OVERRIDES": text])
        == "TERRACE_UPSTREAM_OVERRIDES must be namespace=host:port, with commas between them, "
        + "and is '\(text)'")
  }

  @Test func timesAndBoundsAreRead() throws {
    let configuration = try load([
      "TERRACE_UPSTREAM_CONNECT_TIMEOUT": "500ms", "TERRACE_UPSTREAM_HEAD_TIMEOUT": "2m",
      "TERRACE_UPSTREAM_IDLE_TIMEOUT": "7s", "TERRACE_UPSTREAM_CONNECTIONS": "50",
    ])
    #expect(configuration.connectTimeout == .milliseconds(500))
    #expect(configuration.headTimeout == .minutes(2))
    #expect(configuration.idleTimeout == .seconds(7))
    #expect(configuration.maximumConnections == 50)
  }

  @Test(arguments: [
    ("TERRACE_UPSTREAM_CONNECT_TIMEOUT", "2"), ("TERRACE_UPSTREAM_HEAD_TIMEOUT", "0s"),
    ("TERRACE_UPSTREAM_IDLE_TIMEOUT", "-1s"), ("TERRACE_UPSTREAM_CONNECTIONS", "0"),
    ("TERRACE_UPSTREAM_CONNECTIONS", "many"),
  ])
  func aMalformedValueIsNamed(key: String, value: String) {
    let text = message([key: value])
    #expect(text?.hasPrefix("\(key) must be ") == true, "\(text ?? "")")
    #expect(text?.hasSuffix("'\(value)'") == true, "\(text ?? "")")
  }

  @Test func certificateKeyAndAuthoritiesGoTogether() throws {
    let all = [
      "TERRACE_UPSTREAM_CA": "ca.crt", "TERRACE_UPSTREAM_TLS_CERTIFICATE": "tls.crt",
      "TERRACE_UPSTREAM_TLS_KEY": "tls.key",
    ]
    let tls = try load(all).tls
    #expect(tls?.certificate == "tls.crt")
    #expect(tls?.key == "tls.key")
    #expect(tls?.authorities == "ca.crt")
    #expect(try load([:]).tls == nil)
    for key in all.keys {
      let text = message(all.filter { $0.key != key })
      #expect(text?.hasPrefix("\(key) is not set") == true, "\(text ?? "")")
    }
  }
}
