import PostgresClient
import Tenancy

/// Makes records of the registry's rows.
struct TenantRecordFactory: Sendable {
  let client: PostgresClient
  /// Any login of the registry's server and database.
  let login: PostgresLogin
  let masterKeys: MasterKeys

  /// The cell's login. Without the master key's version it has no password, and opens nothing.
  func login(of cell: Cell) -> PostgresLogin {
    let password = LoginPassword.cell(cell.id, version: cell.keyVersion, masterKeys)
    return login.with(
      user: cell.login, password: password.map { String(decoding: $0.bytes, as: UTF8.self) })
  }

  func record(
    _ row: DirectoryChanges.TenantRow, slug: String, login: PostgresLogin,
    keys: [SealedSigningKey]
  ) -> TenantRecord {
    TenantRecord(
      tenant: Tenant(
        id: row.id, slug: slug, displayName: row.displayName, timeZone: row.timeZone,
        currency: row.currency, registration: row.registration),
      state: row.state, isolation: row.isolation, servedBy: row.servedBy, schema: row.schema,
      namespace: row.namespace, cell: row.cell, schemaVersion: row.schemaVersion,
      generation: row.revision,
      database: client.database(login, scope: Scope(role: row.schema, schema: row.schema)),
      signingKeys: SigningKeyRing(sealed: keys, masterKeys: masterKeys))
  }
}
