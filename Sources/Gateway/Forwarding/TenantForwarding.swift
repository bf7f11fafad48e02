import HTTPServer
import HTTPSupport
import HTTPTypes
import Hummingbird
import TenantRegistry

/// What the gateway does for a tenant that its own deployment serves.
struct TenantForwarding: Sendable {
  /// Nil where nothing can be forwarded.
  let forwarder: Forwarder?
  let addresses: UpstreamAddresses
  let urls: TenantURLs

  /// Has the tenant's deployment answer. A path URL leads to the tenant's host instead: its
  /// deployment has an origin of its own, which path URLs would share with everybody's.
  func forward(
    _ request: Request, at target: ResolvedTarget, of record: TenantRecord, _ client: HTTPExchange
  ) async throws(Problem) -> HandledRequest {
    let slug = record.tenant.slug
    guard target.prefix.isEmpty else {
      let location = urls.baseURL(slug: slug) + target.pathAndQuery
      let response = Response(status: .permanentRedirect, headers: [.location: location])
      return HandledRequest(response, label: slug)
    }
    guard let forwarder else { throw .forwardingUnavailable }
    let upstream = addresses.upstream(ofNamespace: record.namespace)
    var response = try await forwarder.forward(request, at: target, to: upstream, client)
    response.body = response.body.keeping(record)
    return HandledRequest(response, route: "forwarded", label: slug)
  }

  /// Finds out whether the tenant's requests would reach its own deployment.
  ///
  /// - Parameter host: the tenant's.
  func probe(_ record: TenantRecord, at host: String) async throws(ProbeFailure) {
    guard let forwarder else { throw .unconfigured }
    try await forwarder.probe(
      addresses.upstream(ofNamespace: record.namespace), of: record.tenant.id,
      ForwardedRequest(probing: host, scheme: urls.scheme))
  }
}

extension ResponseBody {
  /// The body, which holds the record for as long as it streams.
  fileprivate func keeping(_ record: TenantRecord) -> ResponseBody {
    guard contentLength == nil else { return self }
    return ResponseBody { writer in
      defer { withExtendedLifetime(record) {} }
      try await write(writer)
    }
  }
}

extension Problem {
  fileprivate static let forwardingUnavailable = Problem.unavailable(
    type: "upstream-unconfigured", title: "This server cannot reach the tenant's own",
    retryAfter: 60)
}
