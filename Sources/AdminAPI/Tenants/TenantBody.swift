import Foundation
import HTTPSupport
import TenantRegistry

/// A tenant in an answer of the admin endpoint.
package struct TenantBody: Representation, Codable {
  package let slug: String
  package let displayName: String
  package let state: String
  package let isolation: String
  package let servedBy: String
  package let baseURL: String
  package let pathURL: String
  package let schema: String
  package let role: String
  package let cell: Int
  package let namespace: String
  package let timeZone: String
  package let currency: String
  package let registration: String
  package let schemaVersion: Int
  package let createdAt: Date
  /// Only those that an admin has set; not there if there are none.
  package let limits: TenantLimits?
  /// The gateways that do not serve the tenant yet: only in a 202.
  package private(set) var pendingGateways: [String]?

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

  package var plain: Self {
    var body = self
    body.pendingGateways = nil
    return body
  }
}

/// A page of `GET /admin/tenants`.
package struct TenantPageBody: Codable {
  package let tenants: [TenantBody]
  /// To be sent as `cursor` for the next page; not there on the last.
  package let nextCursor: String?

  enum CodingKeys: String, CodingKey {
    case tenants
    case nextCursor = "next_cursor"
  }
}

/// The body of `PUT /admin/tenants/{slug}/limits`.
extension TenantLimits: StrictBody {}
