import PostgresClient
import RegistryTestSupport

@testable import TenantRegistry

extension RegistryFixture {
  var provisioner: Provisioner {
    Provisioner(
      store: ProvisioningStore(database: owner), masterKeys: masterKeys,
      migrations: Self.migrations, roles: roles)
  }

  /// A login of the database with the password that is derived for it.
  func cellLogin(_ cell: Int = 1) throws -> PostgresLogin {
    let password = LoginPassword.cell(cell, version: 1, masterKeys)
    return ownerLogin.with(
      user: roles.cell(cell), password: password.map { String(decoding: $0.bytes, as: UTF8.self) })
  }

  func tenantLogin(_ tenant: RegisteredTenant) -> PostgresLogin {
    let password = LoginPassword.tenant(
      tenant.tenant.id, credential: 1, version: 1, masterKeys)
    return ownerLogin.with(
      user: TenantNames.login(schema: tenant.schema, credential: 1),
      password: password.map { String(decoding: $0.bytes, as: UTF8.self) })
  }
}
