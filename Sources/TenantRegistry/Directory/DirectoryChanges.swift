import Tenancy

/// What changed in the registry since a revision, all read at one moment.
struct DirectoryChanges: Sendable {
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
  let tenants: [StoredTenant]
  /// All hosts of those tenants.
  let hosts: [TenantID: [Host]]
  /// The copies that this process may open, of all live signing keys of those tenants.
  let signingKeys: [TenantID: [SealedSigningKey]]
}
