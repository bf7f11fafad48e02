import Foundation
import HTTPSupport
import PostgresClient

extension ProvisioningPlan {
  /// All statements in order, to be run between BEGIN and COMMIT. The last returns the tenant,
  /// with the revision that the transaction is.
  ///
  /// Rows come before roles and schemas, so that of two equal requests the second waits at the
  /// first unique index, and nothing of it has to be undone.
  var statements: [PostgresQuery] {
    get throws {
      var statements = newCellVerifier == nil && login == nil ? [] : [lockSharedPrivileges]
      statements += newMasterKeys.map(MasterKeyStore.insert)
      statements += newCellStatements
      statements += try rowStatements
      statements += roleStatements
      statements += loginStatements
      statements += schemaStatements
      statements += [
        // The deferred triggers, now: they fix the revision.
        "set constraints all immediate",
        TenantStore.byName(registration.slug),
      ]
      return statements
    }
  }

  private var rowStatements: [PostgresQuery] {
    get throws {
      let original = String(decoding: try JSON.encoder.encode(registration), as: UTF8.self)
      let insertTenant: PostgresQuery = """
        insert into registry.tenants (
          id, display_name, state, isolation, schema_name, namespace, cell_id, login,
          login_key_version, time_zone, currency, registration, schema_version, original_request)
        values (\(id.uuid), \(registration.displayName), 'active',
          \(registration.isolation.rawValue), \(names.schema), \(names.namespace), \(cell.id),
          \(login?.name), \(login?.keyVersion), \(registration.timeZone),
          \(registration.currency), \(registration.registration.rawValue), \(migrations.count),
          \(original)::jsonb)
        """
      let insertSlug: PostgresQuery = """
        insert into registry.hosts (name, kind, tenant_id)
        values (\(registration.slug), 'slug', \(id.uuid))
        """
      let log: PostgresQuery = """
        insert into registry.audit_log (actor, action, tenant_id, details)
        values (\(actor), 'tenant.register', \(id.uuid), \(original)::jsonb)
        """
      return [insertTenant, insertSlug] + signingKeys.map(Self.insert) + [log]
    }
  }

  private static func insert(_ key: SealedSigningKey) -> PostgresQuery {
    """
    insert into registry.signing_keys (kid, tenant_id, state, family, key_version, sealed)
    values (\(key.kid), \(key.tenant.uuid), \(key.state.rawValue), \(key.family.rawValue),
      \(key.keyVersion), \(key.sealed))
    """
  }

  private var roleStatements: [PostgresQuery] {
    [
      PostgresQuery(unsafeSQL: "create role \(role) nologin noinherit"),
      grantRole(to: cell.login),
    ]
  }

  /// The role's members may switch to it, and have none of its rights without.
  private func grantRole(to login: String) -> PostgresQuery {
    let options = serverVersion >= 160_000 ? " with inherit false, set true" : ""
    return PostgresQuery(
      unsafeSQL: "grant \(role) to \(TenantSchemaSQL.quoted(login))\(options)")
  }

  private var newCellStatements: [PostgresQuery] {
    guard let newCellVerifier else { return [] }
    let insert: PostgresQuery = """
      insert into registry.cells (id, node_id, login, key_version)
      values (\(cell.id), 1, \(cell.login), \(cell.keyVersion))
      """
    return [insert] + makeLogin(cell.login, verifier: newCellVerifier, options: "")
  }

  /// A dedicated tenant's login reads its own row and keys in the registry, and as its role the
  /// tenant's schema.
  private var loginStatements: [PostgresQuery] {
    guard let login else { return [] }
    let name = TenantSchemaSQL.quoted(login.name)
    return makeLogin(login.name, verifier: login.verifier, options: "connection limit 10")
      + [
        grantRole(to: login.name),
        PostgresQuery(unsafeSQL: "grant usage on schema registry to \(name)"),
        PostgresQuery(
          unsafeSQL: "grant select on registry.own_tenant, registry.own_signing_keys to \(name)"),
      ]
  }

  /// Two transactions that change the same object's privileges at once would fail; roles that
  /// get such rights are rare enough to queue for it.
  private var lockSharedPrivileges: PostgresQuery {
    "select pg_advisory_xact_lock(\(RegistryLock.sharedPrivileges))"
  }

  private func makeLogin(
    _ login: String, verifier: SCRAMVerifier, options: String
  ) -> [PostgresQuery] {
    let name = TenantSchemaSQL.quoted(login)
    let database = TenantSchemaSQL.quoted(databaseName)
    let password = PostgresQuery.quoteLiteral(verifier.description)
    return [
      "create role \(name) login noinherit \(options) password \(password)",
      "grant connect on database \(database) to \(name)",
      "grant execute on function pg_catalog.set_config(text, text, boolean) to \(name)",
    ].map(PostgresQuery.init(unsafeSQL:))
  }

  /// Without AUTHORIZATION: the owner is not a member of the tenant's role, and the schema is not
  /// the tenant's to change.
  private var schemaStatements: [PostgresQuery] {
    [PostgresQuery(unsafeSQL: "create schema \(TenantSchemaSQL.quoted(names.schema))")]
      + TenantSchemaSQL.enter(names.schema)
      + TenantSchemaSQL.apply(migrations)
      + TenantSchemaSQL.grants(schema: names.schema, role: names.schema)
  }

  private var role: String { TenantSchemaSQL.quoted(names.schema) }
}
