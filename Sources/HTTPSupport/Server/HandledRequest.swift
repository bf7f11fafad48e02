import Hummingbird

/// A response, and what the log and the metrics want to know of how it came about.
public struct HandledRequest: Sendable {
  public var response: Response
  /// The pattern that matched, such as `/admin/tenants/{slug}`; never a path with a client's
  /// values in it.
  public var route: String?
  /// The slug of the tenant that was served, or refused.
  public var tenant: String?
  /// The client's address, where it is not the connection's peer.
  public var client: String?

  public init(_ response: Response, route: String? = nil, tenant: String? = nil) {
    self.response = response
    self.route = route
    self.tenant = tenant
  }
}
