import HTTPSupport
import HTTPTypes
import TenantRegistry

/// Whether a tenant is served, by its state.
struct TenantAdmission: Sendable {
  /// The number of the last tenant migration that this build needs.
  let schemaVersion: Int

  /// - Throws: ``Problem`` for a tenant that is not served just now, or no more.
  func check(_ record: TenantRecord) throws(Problem) {
    switch record.state {
    case .active: break
    case .suspended:
      throw Problem(.forbidden, type: "tenant-suspended", title: "The tenant is suspended")
    case .provisioning:
      throw .unavailable(
        type: "tenant-provisioning", title: "The tenant is being prepared", retryAfter: 5)
    case .deleted: throw Problem(.gone, type: "tenant-deleted", title: "The tenant is gone")
    }
    guard record.schemaVersion >= schemaVersion else {
      throw .unavailable(
        type: "tenant-migrating", title: "The tenant is being upgraded", retryAfter: 5)
    }
  }
}

extension Problem {
  /// The same for names that are unknown, reserved and malformed.
  static let unknownTenant = Problem(
    .notFound, type: "unknown-tenant", title: "There is no tenant at this address")

  /// The request belongs to another listener or deployment.
  static let misdirected = Problem(
    .misdirectedRequest, type: "misdirected-request", title: "This is not the host you want")

  static let registryUnavailable = Problem.unavailable(
    type: "registry-unavailable", title: "The tenants are not known just now")

  static let nodeUnfit = Problem.unavailable(
    type: "tenant-unavailable", title: "The tenant's database is not served just now",
    retryAfter: 10)

  static func malformedTarget(_ reason: BadRequest) -> Problem {
    Problem(
      .badRequest, type: "malformed-target", title: "The request's address is not valid",
      detail: reason.rawValue)
  }
}
