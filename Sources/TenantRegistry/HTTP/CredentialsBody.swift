/// New credentials of a dedicated tenant, named as its process is given them.
struct CredentialsBody: Encodable {
  let tenantID: String
  let login: String
  let password: String
  let key: String

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
