import Foundation

/// A tenant in an answer of the admin endpoint.
struct TenantBody: Representation {
  let slug: String
  let displayName: String
  let state: String
  let isolation: String
  let servedBy: String
  let baseURL: String
  let pathURL: String
  let schema: String
  let role: String
  let cell: Int
  let namespace: String
  let timeZone: String
  let currency: String
  let registration: String
  let schemaVersion: Int
  let createdAt: Date
  /// Only those that an admin has set; not there if there are none.
  let limits: TenantLimits?
  /// The gateways that do not serve the tenant yet: only in a 202.
  private(set) var pendingGateways: [String]?

  enum CodingKeys: String, CodingKey {
    case slug
    case displayName = "display_name"
    case state
    case isolation
    case servedBy = "served_by"
    case baseURL = "base_url"
    case pathURL = "path_url"
    case schema
    case role
    case cell
    case namespace
    case timeZone = "time_zone"
    case currency
    case registration
    case schemaVersion = "schema_version"
    case createdAt = "created_at"
    case limits
    case pendingGateways = "pending_gateways"
  }

  init(_ summary: TenantSummary, urls: TenantURLs, pendingGateways: [String] = []) {
    let tenant = summary.tenant
    slug = tenant.slug
    displayName = tenant.displayName
    state = summary.state.rawValue
    isolation = summary.isolation.rawValue
    servedBy = summary.servedBy.rawValue
    baseURL = urls.baseURL(slug: tenant.slug)
    pathURL = urls.pathURL(slug: tenant.slug)
    schema = summary.schema
    role = summary.role
    cell = summary.cell
    namespace = summary.namespace
    timeZone = tenant.timeZone
    currency = tenant.currency
    registration = tenant.registration.rawValue
    schemaVersion = summary.schemaVersion
    createdAt = summary.createdAt
    limits = summary.limits == .none ? nil : summary.limits
    self.pendingGateways = pendingGateways.isEmpty ? nil : pendingGateways
  }

  var plain: Self {
    var body = self
    body.pendingGateways = nil
    return body
  }
}
