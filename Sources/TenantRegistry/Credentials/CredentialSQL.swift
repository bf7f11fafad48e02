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

  /// The key signs from now on. The one that did is good for as long as a token of its own may be.
  static func activate(_ kid: String, of tenant: TenantID) -> [PostgresQuery] {
    [
      """
      update registry.signing_keys
      set state = 'retiring',
        expires_at = now() + make_interval(secs => \(TokenLifetime.seconds))
      where tenant_id = \(tenant.uuid) and state = 'active'
      """,
      "update registry.signing_keys set state = 'active' where kid = \(kid)",
      """
      delete from registry.signing_keys
      where tenant_id = \(tenant.uuid) and expires_at < now()
      """,
    ]
  }

  static func delete(kid: String) -> PostgresQuery {
    "delete from registry.signing_keys where kid = \(kid)"
  }

  static func deleteSharedCopies(of tenant: TenantID) -> PostgresQuery {
    "delete from registry.sealed_keys where tenant_id = \(tenant.uuid) and credential is null"
  }

  static func deleteCopies(of tenant: TenantID, credential: Int) -> PostgresQuery {
    """
    delete from registry.sealed_keys
    where tenant_id = \(tenant.uuid) and credential = \(credential)
    """
  }

  /// From now on the views show its login nothing. What is left of it,
  /// ``LoginSQL/drop(_:)`` removes.
  static func revoke(_ number: Int, of tenant: TenantID) -> PostgresQuery {
    """
    update registry.credentials set revoked_at = now()
    where tenant_id = \(tenant.uuid) and number = \(number)
    """
  }

  /// A row if the credentials were there.
  static func delete(_ login: String) -> PostgresQuery {
    "delete from registry.credentials where login = \(login) returning login"
  }

  static let revokedLogins: PostgresQuery = """
    select c.login, current_database() from registry.credentials c
    join pg_catalog.pg_roles r on r.rolname = c.login
    where c.revoked_at is not null order by c.login
    """

  /// Notes which credentials are in use for the first time.
  static let noteReady: PostgresQuery = """
    update registry.credentials c set ready_at = now()
    where ready_at is null and revoked_at is null and exists (
      select from registry.live_leases l
      where l.tenant_id = c.tenant_id and l.credential = c.number and l.revision > 0)
    """

  /// The tenants with credentials that newer ones in use have taken the place of: nobody uses them
  /// any more, or has had five minutes to stop.
  static let superseded: PostgresQuery = """
    select distinct h.name from registry.credentials c
    join registry.credentials n on n.tenant_id = c.tenant_id and n.number > c.number
    join registry.hosts h on h.tenant_id = c.tenant_id and h.kind = 'slug'
    where c.revoked_at is null and n.revoked_at is null and n.ready_at is not null
      and (n.ready_at < now() - interval '5 minutes' or not exists (
        select from registry.live_leases l
        where l.tenant_id = c.tenant_id and l.credential = c.number))
    """
}

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
