import Tenancy

/// Credentials that are to be made for a dedicated tenant's own deployment.
struct CredentialPlan: Sendable {
  let number: Int
  let login: String
  /// The version of the dedicated master key that password and key are derived from.
  let keyVersion: Int
  let password: Secret
  let key: Secret

  /// Nil if the dedicated master key is not held.
  init?(number: Int, of tenant: TenantID, schema: String, _ masterKeys: MasterKeys) {
    guard let version = masterKeys.dedicated?.currentVersion,
      let password = LoginPassword.tenant(
        tenant, credential: number, version: version, masterKeys),
      let key = masterKeys.dedicated?.derive(.credential(tenant, number), version: version)
    else { return nil }
    self.number = number
    login = TenantNames.login(schema: schema, credential: number)
    keyVersion = version
    self.password = password
    self.key = key
  }
}
