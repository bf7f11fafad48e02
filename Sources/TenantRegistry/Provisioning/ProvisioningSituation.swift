/// What the database says before a tenant is registered.
struct ProvisioningSituation: Sendable {
  /// The tenant that holds the slug already.
  let existing: TenantStore.Row?
  /// `server_version_num`.
  let serverVersion: Int
  let databaseName: String
  /// The number of the first names that are free.
  let nameNumber: Int
  let newestCell: Cell?
  /// The number of the next cell, and the node that it goes to.
  let nextCell: (id: Int, node: Node)
  /// How many tenants the newest cell has.
  let newestCellCount: Int
  /// The master keys that the registry was made with.
  let masterKeys: [MasterKeyCheck]
}
