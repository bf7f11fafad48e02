import PostgresClient
import Tenancy

/// Everything that registering one tenant makes, decided beforehand, so that all of it travels as
/// one pipelined transaction.
struct ProvisioningPlan: Sendable {
  let id: TenantID
  let registration: TenantRegistration
  let names: TenantNames
  let cell: Cell
  /// What Postgres stores of the cell's password, if the cell is to be made as well.
  let newCellVerifier: SCRAMVerifier?
  /// A dedicated tenant's first credentials.
  let credential: CredentialPlan?
  /// The copies of the first signing keys.
  let signingKeys: [SealedSigningKey]
  /// Master keys that the registry has not seen before.
  let newMasterKeys: [MasterKeyCheck]
  let migrations: Migrations
  /// What shows the tenant's rows, where its tables need a policy.
  let rowSecurityKey: RowSecurityKey?
  let actor: String
  /// `server_version_num`.
  let serverVersion: Int
  /// The database, whose CONNECT new logins need.
  let databaseName: String

  /// Whether the tenant's schema is made together with its rows, since both are on one server.
  var isHere: Bool { cell.isHere }
}
