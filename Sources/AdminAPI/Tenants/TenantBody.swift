import Foundation
import HTTPSupport
import TenantRegistry

/// A tenant in an answer of the admin endpoint: one JSON object.
@dynamicMemberLookup
package struct TenantBody: Representation, Codable {
  private var stored: StoredTenantBody
  package let details: TenantDetails
  /// Only in the answer of the request that registered the tenant.
  private(set) package var ownerInvitation: OwnerInvitationBody?

  private enum CodingKeys: String, CodingKey {
    case ownerInvitation = "owner_invitation"
  }

  init(
    _ tenant: RegisteredTenant, urls: TenantURLs, pendingGateways: [String] = [],
    ownerInvitation: OwnerInvitation? = nil
  ) {
    stored = StoredTenantBody(tenant.stored, urls: urls, pendingGateways: pendingGateways)
    details = tenant.details
    self.ownerInvitation = ownerInvitation.map {
      OwnerInvitationBody($0, slug: tenant.tenant.slug, urls: urls)
    }
  }

  package init(from decoder: any Decoder) throws {
    stored = try StoredTenantBody(from: decoder)
    details = try TenantDetails(from: decoder)
    ownerInvitation = try decoder.container(keyedBy: CodingKeys.self)
      .decodeIfPresent(OwnerInvitationBody.self, forKey: .ownerInvitation)
  }

  package func encode(to encoder: any Encoder) throws {
    try stored.encode(to: encoder)
    try details.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encodeIfPresent(ownerInvitation, forKey: .ownerInvitation)
  }

  package subscript<Value>(dynamicMember path: KeyPath<StoredTenantBody, Value>) -> Value {
    stored[keyPath: path]
  }

  package var plain: Self {
    var body = self
    body.stored.pendingGateways = nil
    body.ownerInvitation = nil
    return body
  }
}

/// What an admin hands over to the tenant's owner. It is shown once.
package struct OwnerInvitationBody: Codable, Sendable {
  package let url: String
  package let token: String
  package let expiresAt: Date

  enum CodingKeys: String, CodingKey {
    case url
    case token
    case expiresAt = "expires_at"
  }

  init(_ invitation: OwnerInvitation, slug: String, urls: TenantURLs) {
    url = urls.invitationURL(slug: slug, token: invitation.token)
    token = invitation.token
    expiresAt = invitation.expiresAt
  }
}

/// The fields of a tenant that follow from what is stored of it.
package struct StoredTenantBody: Codable, Sendable {
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
  /// Only those that an admin has set; not there if there are none.
  package let limits: TenantLimits?
  /// The gateways that do not serve the tenant yet: only in a 202.
  fileprivate(set) package var pendingGateways: [String]?

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
    case limits
    case pendingGateways = "pending_gateways"
  }

  init(_ summary: StoredTenant, urls: TenantURLs, pendingGateways: [String] = []) {
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
    limits = summary.limits == .none ? nil : summary.limits
    self.pendingGateways = pendingGateways.isEmpty ? nil : pendingGateways
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
