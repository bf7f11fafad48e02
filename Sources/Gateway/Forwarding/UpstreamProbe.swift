import HTTPServer
import HTTPSupport
import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTP1
import Tenancy

extension Forwarder {
  /// How long a probe may take.
  private static let probeTimeout = Duration.seconds(5)

  /// Finds out whether the tenant's requests would reach its deployment, over a connection such as
  /// they would be sent on.
  ///
  /// - Parameter request: asks it whose it is.
  /// - Throws: ``ProbeFailure``.
  func probe(
    _ upstream: Upstream, of tenant: TenantID, _ request: ForwardedRequest
  ) async throws(ProbeFailure) {
    do {
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await ask(upstream, tenant, request) }
        group.addTask {
          try await Task.sleep(for: Self.probeTimeout)
          throw ProbeFailure.timeout
        }
        defer { group.cancelAll() }
        try await group.next()
      }
    } catch let error as UpstreamError {
      throw .upstream(error)
    } catch {
      throw error as? ProbeFailure ?? .upstream(.cancelled)
    }
    health.succeeded(upstream)
  }

  private func ask(
    _ upstream: Upstream, _ tenant: TenantID, _ request: ForwardedRequest
  ) async throws {
    let exchange = try await pools.first.begin(request, to: upstream, isNew: true)
    var part = try await exchange.next()
    while part.head == nil { part = try await exchange.next() }
    guard let status = part.head?.status.code else { throw UpstreamError.invalidResponse }
    guard status == 200 else { throw ProbeFailure.status(Int(status)) }
    var body = part.body ?? ByteBuffer()
    while !part.isEnd, body.readableBytes <= 64 {
      part = try await exchange.next()
      if var bytes = part.body { body.writeBuffer(&bytes) }
    }
    guard let id = TenantID(String(buffer: body)) else { throw ProbeFailure.unidentified }
    guard id == tenant else { throw ProbeFailure.otherTenant(id) }
  }
}

extension ForwardedRequest {
  /// Asks a deployment at `host` whose it is.
  init(probing host: String, scheme: String) {
    hasBody = false
    expectsContinue = false
    head = HTTPRequestHead(
      version: .http1_1, method: .GET, uri: DeploymentIdentity.path,
      headers: [
        "Host": host, "X-Forwarded-Host": host, "X-Forwarded-Proto": scheme, "Via": "1.1 terrace",
      ])
  }
}

/// Why a gateway would not send a tenant's requests to the tenant's own deployment.
enum ProbeFailure: Error, Equatable, CustomStringConvertible {
  case upstream(UpstreamError)
  /// It took longer than a probe may.
  case timeout
  /// It answers, but not as the tenant's deployment would.
  case status(Int)
  case otherTenant(TenantID)
  case unidentified
  /// Nothing can be forwarded by this process.
  case unconfigured

  var description: String {
    switch self {
    case .upstream(let error): Self.text(error)
    case .timeout: "it gives no answer"
    case .status(421): "it is not this tenant's (421)"
    case .status(let code): "it answers \(code) at \(DeploymentIdentity.path)"
    case .otherTenant(let id): "it is that of the tenant \(id)"
    case .unidentified: "it does not say whose it is at \(DeploymentIdentity.path)"
    case .unconfigured: "TERRACE_UPSTREAM_TLS_CERTIFICATE and TERRACE_UPSTREAM_CA are not set"
    }
  }

  private static func text(_ error: UpstreamError) -> String {
    switch error {
    case .unresolved: "its name is not known (DNS)"
    case .unreachable: "it refuses connections"
    case .connectTimeout: "it takes no connections"
    case .forbiddenAddress: "its name leads to an address where no Service can be"
    case .untrusted: "its certificate is not that of the name, or it refuses the gateway's (TLS)"
    case .unsent, .dropped, .closed:
      "it closes the connection: it may refuse the gateway's certificate (TLS)"
    case .invalidResponse, .refusedUpgrade: "it does not speak HTTP as it should"
    case .headTimeout, .idleTimeout: "it gives no answer"
    case .circuitOpen, .busy, .cancelled: "it could not be asked just now"
    }
  }
}

/// How a dedicated tenant's own deployment says whose it is: at a path of its public listener, which
/// the gateway asks before it sends the tenant's requests there.
enum DeploymentIdentity {
  static let path = "/.well-known/terrace"

  /// The tenant's id, which is in every token of the tenant as well, and so is no secret.
  static func answer(_ tenant: TenantID) -> HandledRequest {
    var response = Response.text(tenant.description)
    response.headers[.cacheControl] = "no-store"
    return HandledRequest(response, route: path)
  }
}
