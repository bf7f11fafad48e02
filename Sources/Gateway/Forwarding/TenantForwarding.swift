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
    _ request: Request, at target: ResolvedTarget, of record: TenantRecord, _ scope: RequestScope
  ) async throws(Problem) -> HandledRequest {
    let slug = record.tenant.slug
    guard target.prefix.isEmpty else {
      let location = urls.baseURL(slug: slug) + target.pathAndQuery
      let response = Response(status: .permanentRedirect, headers: [.location: location])
      return HandledRequest(response, tenant: slug)
    }
    guard let forwarder else { throw .forwardingUnavailable }
    let upstream = addresses.upstream(ofNamespace: record.namespace)
    let response = try await forwarder.forward(request, at: target, to: upstream, scope)
    return HandledRequest(response, route: "forwarded", tenant: slug)
  }
}

extension Problem {
  fileprivate static let forwardingUnavailable = Problem.unavailable(
    type: "upstream-unconfigured", title: "This server cannot reach the tenant's own",
    retryAfter: 60)
}
