import Tenancy

/// What changed in the registry since a revision, all read at one moment.
struct DirectoryChanges: Sendable {
  struct TenantRow: Sendable {
    let id: TenantID
    let displayName: String
    let state: TenantRecord.State
    let isolation: TenantRecord.Isolation
    let servedBy: TenantRecord.Isolation
    let schema: String
    let namespace: String
    let cell: Int
    let timeZone: String
    let currency: String
    let registration: Tenant.Registration
    let schemaVersion: Int
    let revision: Int64
    let limits: TenantLimits
    /// The version of the master key that the key of its row-level gate is derived from, if its
    /// tables have one.
    let gateVersion: Int?
  }

  struct Host: Sendable, Equatable {
    enum Kind: String, Sendable {
      case slug, alias, domain
    }

    let name: String
    let kind: Kind
  }

  /// The revision that these changes lead to.
  let revision: Int64
  let cells: [Cell]
  let tenants: [TenantRow]
  /// All hosts of those tenants.
  let hosts: [TenantID: [Host]]
  /// The copies that this process may open, of all live signing keys of those tenants.
  let signingKeys: [TenantID: [SealedSigningKey]]
}
