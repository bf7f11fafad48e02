/// What the database says before a tenant is registered.
struct ProvisioningSnapshot: Sendable {
  /// Whether a tenant holds the slug already, now or as an alias.
  let isTaken: Bool
  /// `server_version_num`.
  let serverVersion: Int
  let databaseName: String
  let newestCell: Cell?
  /// The number of the next cell. Of those that make it at the same moment, one does, and the others
  /// look again.
  let nextCellID: Int
  /// How many tenants the newest cell has.
  let newestCellCount: Int
  /// The master keys that the registry was made with.
  let masterKeys: [MasterKeyCheck]
}
