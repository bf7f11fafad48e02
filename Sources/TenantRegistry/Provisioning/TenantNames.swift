import Tenancy

/// The names that a tenant keeps for life, whatever becomes of its slug.
struct TenantNames: Sendable, Equatable {
  /// Also the name of the tenant's role.
  let schema: String
  let namespace: String

  /// - Parameter number: 1, or the first number whose names no older tenant holds.
  init(slug: String, number: Int, roles: DatabaseRoles = .standard) {
    // Injective: a slug has no underscore.
    let base = roles.schemaPrefix + slug.replacing("-", with: "_")
    schema = number == 1 ? base : "\(base)__\(number)"
    namespace = number == 1 ? "tenant-\(slug)" : "tenant-\(slug)-\(number)"
  }

  /// The login of a dedicated tenant's own deployment. No schema has `__c` in its name, since what
  /// follows `__` there is a number.
  static func login(schema: String, credential: Int) -> String {
    firstLogin(schema: schema) + (credential == 1 ? "" : "__c\(credential)")
  }

  /// The login of a tenant's first credentials, with which the names of the others begin.
  static func firstLogin(schema: String) -> String {
    let roles = DatabaseRoles(ofSchema: schema)
    return roles.tenantLoginPrefix + schema.dropFirst(roles.schemaPrefix.count)
  }
}
