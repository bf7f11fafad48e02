import HTTPServer
import HTTPSupport
import NIOCore
import Tenancy
import TestSupport
import Testing

@testable import Gateway

/// What a gateway finds when it tries a deployment before it sends a tenant's requests there.
struct UpstreamProbeTests {
  private static let tenant = TenantID()

  /// What comes of a trial; nil if the deployment is reached.
  private static func failure(
    at port: Int, as name: String = "127.0.0.1", tls: TLSContext? = nil
  ) async -> ProbeFailure? {
    let configuration = ForwardingConfiguration.patient
    let pools = UpstreamPools(
      configuration: configuration,
      connector: UpstreamConnector(timeout: configuration.connectTimeout, tls: tls))
    defer { pools.shutDown() }
    let upstream = Upstream(
      serverName: name == "127.0.0.1" ? "terrace.tenant-acme.svc" : name, host: name, port: port)
    do throws(ProbeFailure) {
      try await Forwarder(pools: pools, metrics: PrometheusMetrics()).probe(
        upstream, of: Self.tenant,
        ForwardedRequest(probing: "acme.finance.example", scheme: "https"))
    } catch {
      return error
    }
    return nil
  }

  private static func text(_ answer: String) async throws -> String {
    let found = Mailbox()
    let script: ScriptedUpstream.Script = { connection in
      let head = try await connection.read(until: "\r\n\r\n")
      #expect(
        head.hasPrefix("GET /.well-known/terrace HTTP/1.1\r\nHost: acme.finance.example\r\n"))
      try await connection.send(answer)
    }
    try await ScriptedUpstream.run(script) { upstream in
      found.put(await failure(at: upstream.port)?.description ?? "reached")
    }
    return found.take()
  }

  @Test func aDeploymentThatSaysItIsTheTenantsIsReached() async throws {
    let answer = "HTTP/1.1 200 OK\r\nContent-Length: 36\r\n\r\n\(Self.tenant)"
    #expect(try await Self.text(answer) == "reached")
  }

  @Test func aDeploymentOfAnotherTenantIsNot() async throws {
    let other = TenantID()
    let answer = "HTTP/1.1 200 OK\r\nContent-Length: 36\r\n\r\n\(other)"
    #expect(try await Self.text(answer) == "it is that of the tenant \(other)")
    let misdirected = "HTTP/1.1 421 Misdirected Request\r\nContent-Length: 0\r\n\r\n"
    #expect(try await Self.text(misdirected) == "it is not this tenant's (421)")
  }

  @Test func whatIsInTheWayIsSaidInItsWords() async throws {
    let unavailable = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"
    #expect(try await Self.text(unavailable) == "it answers 503 at /.well-known/terrace")
    #expect(try await Self.text("nonsense\r\n\r\n") == "it does not speak HTTP as it should")
    // Port 1: nothing listens there.
    #expect(await Self.failure(at: 1) == .upstream(.unreachable))
    // A name with an empty label is nobody's, and no server is asked for it.
    #expect(await Self.failure(at: 1, as: "terrace..svc") == .upstream(.unresolved))
  }

  /// What comes of a trial of a pod with that name and authority, which believes `gateways`.
  private static func text(
    _ authority: TestAuthority, pod: TestAuthority, named name: String,
    believing gateways: TestAuthority
  ) async throws -> String {
    var files = try authority.issue("gateway", names: ["gateway"])
    files.authorities = try authority.authorityFile()
    let tls = try TLSContext(
      files, role: .client, name: "upstream", logger: ServerFixture.logger)
    var podFiles = try pod.issue("pod", names: [name])
    podFiles.authorities = try gateways.authorityFile()
    let found = Mailbox()
    try await SecureListener.run(podFiles) { listener in
      found.put(await failure(at: listener.port, tls: tls)?.description ?? "reached")
    }
    return found.take()
  }

  @Test func whoDoesNotBelieveWhomIsSaid() async throws {
    try await TestAuthority.run { authority in
      let other = try TestAuthority(folder: authority.folder)
      let name = "terrace.tenant-acme.svc"
      let refused = "it closes the connection: it may refuse the gateway's certificate (TLS)"
      let untrusted = "its certificate is not that of the name, or it refuses the gateway's (TLS)"
      // The listener there answers with what it was asked.
      let reached = "it does not say whose it is at /.well-known/terrace"
      for (pod, podName, gateways, wanted) in [
        (authority, name, authority, [reached]), (other, name, authority, [untrusted]),
        (authority, "terrace.tenant-globex.svc", authority, [untrusted]),
        // TLS 1.3 lets a client begin before it hears that it was refused.
        (authority, name, other, [refused, untrusted]),
      ] {
        let text = try await Self.text(authority, pod: pod, named: podName, believing: gateways)
        #expect(wanted.contains(text), "\(text)")
      }
    }
  }
}
