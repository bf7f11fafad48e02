import Hummingbird

/// `/admin/tenants`: what an admin does with tenants, over HTTP.
public struct AdminRoutes: Sendable {
  public init(administration: TenantAdministration, urls: TenantURLs, token: AdminToken) {
    fatalError()
  }

  /// Adds the routes, each behind the bearer check, to `router`. The router's middleware must
  /// turn errors into problem documents.
  public func addRoutes(to router: Router<some RequestContext>) {
    fatalError()
  }
}
