/// The answer of `GET /admin/tenants/{slug}/deployment`.
struct DeploymentBody: Representation {
  let tenantID: String
  let slug: String
  let isolation: String
  let servedBy: String
  let logins: [String]

  enum CodingKeys: String, CodingKey {
    case tenantID = "tenant_id"
    case slug
    case isolation
    case servedBy = "served_by"
    case logins
  }

  init(_ deployment: DeploymentSummary) {
    tenantID = deployment.tenant.description
    slug = deployment.slug
    isolation = deployment.isolation.rawValue
    servedBy = deployment.servedBy.rawValue
    logins = deployment.logins
  }
}
