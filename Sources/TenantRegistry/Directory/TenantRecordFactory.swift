import HashTreeCollections
import PostgresClient
import Tenancy

/// Makes records of the registry's rows.
struct TenantRecordFactory: Sendable {
  /// How tenants are reached.
  enum Access: Sendable {
    /// Through their cells' logins, whose passwords are derived.
    case cells(MasterKeys)
    /// The one tenant, through its own login.
    case own(TenantKeys)
  }

  let client: PostgresClient
  /// A login of the registry's server and database; the tenant's own, if there is one.
  let login: PostgresLogin
  let access: Access
  /// Asked for a tenant's database when its node cannot be reached.
  var whereNow: (@Sendable (TenantID) async -> PostgresDatabase?)?

  /// The cell's login; nil where tenants are not reached so. Without the master key's version it
  /// has no password, and opens nothing.
  func login(of cell: Cell) -> PostgresLogin? {
    guard case .cells(let masterKeys) = access else { return nil }
    let password = LoginPassword.cell(cell.id, version: cell.keyVersion, masterKeys)
    var login = login.with(
      user: cell.login, password: password.map { String(decoding: $0.bytes, as: UTF8.self) })
    if let address = cell.server.address { (login.host, login.port) = (address.host, address.port) }
    return login
  }

  /// Without the master key's version no row is shown. Where there is one, everybody may execute
  /// `set_config`, so the session is restored after each tenant.
  private func scope(of row: StoredTenant) -> SessionScope {
    guard case .cells(let masterKeys) = access, let version = row.policyKeyVersion,
      let setting = RowSecurityKey.setting(for: row.tenant.id, version: version, masterKeys)
    else { return SessionScope(role: row.schema, schema: row.schema) }
    return SessionScope(
      role: row.schema, schema: row.schema, settings: [setting], restoresSession: true)
  }

  /// The record; nil if the tenant's cell is not known.
  func record(
    _ row: StoredTenant, cells: TreeDictionary<Int, PostgresLogin>, keys: [SealedSigningKey]
  ) -> TenantRecord? {
    let source: any TenantKeySource
    let login: PostgresLogin?
    switch access {
    case .cells(let masterKeys): (source, login) = (masterKeys, cells[row.cell])
    case .own(let tenantKeys): (source, login) = (tenantKeys, self.login)
    }
    guard let login else { return nil }
    let whereNow = whereNow.map { look in { @Sendable [id = row.tenant.id] in await look(id) } }
    return TenantRecord(
      row,
      database: client.database(
        login, scope: scope(of: row), limits: row.limits.ofPool, currentLocation: whereNow),
      signingKeys: SigningKeyRing(sealed: keys, source: source))
  }
}

extension TenantLimits {
  /// Those that the connection pool enforces; nil if there are none.
  fileprivate var ofPool: ScopeLimits? {
    guard connections != nil || queue != nil else { return nil }
    return ScopeLimits(connections: connections, waiters: queue)
  }
}
