import Tenancy

/// A tenant that the registry has, and whose schema on another node may not be there yet.
struct UnfinishedTenant: Sendable {
  let id: TenantID
  let slug: String
  let schema: String
  /// Of the policy that its tables are to have, if any.
  let policyDigest: [UInt8]?
  let cell: Cell
}
