import Tenancy

/// The names that a tenant keeps for life, whatever becomes of its slug.
struct TenantNames: Sendable, Equatable {
  /// Also the name of the tenant's role.
  let schema: String
  let namespace: String

  /// - Parameter number: 1, or the first number whose names no older tenant holds.
  init(slug: String, number: Int) {
    // Injective: a slug has no underscore.
    let base = "t_" + slug.replacing("-", with: "_")
    schema = number == 1 ? base : "\(base)__\(number)"
    namespace = number == 1 ? "tenant-\(slug)" : "tenant-\(slug)-\(number)"
  }

  /// The login of a dedicated tenant's own deployment. No schema has `__c` in its name, since what
  /// follows `__` there is a number.
  static func login(schema: String, credential: Int) -> String {
    "terrace_\(schema)" + (credential == 1 ? "" : "__c\(credential)")
  }
}
