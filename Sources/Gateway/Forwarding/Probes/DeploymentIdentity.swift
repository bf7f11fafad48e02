import HTTPServer
import HTTPSupport
import HTTPTypes
import Hummingbird
import Tenancy

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
