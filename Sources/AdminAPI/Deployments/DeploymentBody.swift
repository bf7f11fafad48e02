import HTTPSupport
import TenantRegistry

/// The answer of `GET /admin/tenants/{slug}/deployment`.
package struct DeploymentBody: Representation, Codable {
  package let tenantID: String
  let slug: String
  let isolation: String
  let servedBy: String
  /// The logins of credentials that are not revoked.
  package let logins: [String]

  enum CodingKeys: String, CodingKey {
    case tenantID = "tenant_id"
    case slug
    case isolation
    case servedBy = "served_by"
    case logins
  }

  package init(
    tenantID: String, slug: String, isolation: TenantRecord.Isolation,
    servedBy: TenantRecord.Isolation, logins: [String]
  ) {
    self.tenantID = tenantID
    self.slug = slug
    self.isolation = isolation.rawValue
    self.servedBy = servedBy.rawValue
    self.logins = logins
  }

  init(_ deployment: DeploymentSummary) {
    self.init(
      tenantID: deployment.tenant.description, slug: deployment.slug,
      isolation: deployment.isolation, servedBy: deployment.servedBy, logins: deployment.logins)
  }
}

/// The body of `PUT /admin/tenants/{slug}/deployment`.
package struct MoveTenantBody: StrictBody, Encodable {
  private let name: String

  package enum CodingKeys: String, CodingKey, CaseIterable {
    case name = "served_by"
  }

  package init(servedBy: TenantRecord.Isolation) {
    name = servedBy.rawValue
  }

  /// - Throws: ``Problem`` 422.
  func servedBy() throws -> TenantRecord.Isolation {
    guard let servedBy = TenantRecord.Isolation(rawValue: name) else {
      throw Problem.invalid(
        [.init(field: "served_by", message: "must be shared or dedicated")],
        status: .unprocessableContent)
    }
    return servedBy
  }
}

/// An answer of `PUT /admin/tenants/{slug}/deployment`.
package struct MoveProgressBody: Codable {
  package let slug: String
  package let servedBy: String
  /// What the move waits for: only in a 202.
  package let waitingFor: String?

  enum CodingKeys: String, CodingKey {
    case slug
    case servedBy = "served_by"
    case waitingFor = "waiting_for"
  }

  init(_ progress: MoveProgress) {
    slug = progress.slug
    servedBy = progress.servedBy.rawValue
    waitingFor = progress.waitingFor
  }
}

/// New credentials of a dedicated tenant, named as its process is given them.
package struct CredentialsBody: Codable {
  package let tenantID: String
  package let login: String
  package let password: String
  package let key: String

  enum CodingKeys: String, CodingKey {
    case tenantID = "tenant_id"
    case login
    case password
    case key
  }

  init(_ credentials: IssuedCredentials) {
    tenantID = credentials.tenant.description
    login = credentials.login
    password = String(decoding: credentials.password.bytes, as: UTF8.self)
    key = String(decoding: credentials.key.bytes, as: UTF8.self)
  }
}
