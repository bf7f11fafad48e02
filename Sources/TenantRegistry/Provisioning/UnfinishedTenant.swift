import Tenancy

/// A tenant that the registry has, and whose schema on another node may not be there yet.
struct UnfinishedTenant: Sendable {
  let id: TenantID
  let slug: String
  let schema: String
  /// Of the gate that its tables are to have, if any.
  let gateDigest: [UInt8]?
  let cell: Cell
}
