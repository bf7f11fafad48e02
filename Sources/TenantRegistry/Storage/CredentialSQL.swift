import Foundation
import PostgresClient
import Tenancy

/// The statements on `registry.credentials`, `signing_keys` and `sealed_keys`.
enum CredentialSQL {
  /// Makes the login, lets it in, and writes down whose it is.
  static func issue(
    _ credential: CredentialPlan, of tenant: TenantID, role: String, database: String,
    serverVersion: Int
  ) -> [PostgresQuery] {
    let insert: PostgresQuery = """
      insert into registry.credentials (tenant_id, number, login, key_version)
      values (\(tenant.uuid), \(credential.number), \(credential.login), \(credential.keyVersion))
      """
    return [insert]
      + LoginSQL.create(
        credential.login, verifier: SCRAMVerifier(password: credential.password),
        database: database, options: "connection limit 10")
      + [LoginSQL.grant(role, to: credential.login, serverVersion: serverVersion)]
      + LoginSQL.openRegistry(to: credential.login)
  }

  static func count(_ number: Int, of tenant: TenantID) -> PostgresQuery {
    "update registry.tenants set credential_count = \(number) where id = \(tenant.uuid)"
  }

  static func insert(key: SealedSigningKey) -> PostgresQuery {
    """
    insert into registry.signing_keys (kid, tenant_id, state)
    values (\(key.kid), \(key.tenant.uuid), \(key.state.rawValue))
    """
  }

  static func insert(copy: SealedSigningKey) -> PostgresQuery {
    """
    insert into registry.sealed_keys (kid, tenant_id, credential, key_version, sealed)
    values (\(copy.kid), \(copy.tenant.uuid), \(copy.holder.credential), \(copy.keyVersion),
      \(copy.sealed))
    """
  }
}
