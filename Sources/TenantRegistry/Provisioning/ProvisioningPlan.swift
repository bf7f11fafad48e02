import Foundation
import HTTPSupport
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
  /// What is put into the new schema for the tenant's owner, if it is made together with the rows.
  let ownerInvitation: OwnerInvitationIssuer.Issue?
  let actor: String
  /// `server_version_num`.
  let serverVersion: Int
  /// The database, whose CONNECT new logins need.
  let databaseName: String

  /// Whether the tenant's schema is made together with its rows, since both are on one server.
  var isHere: Bool { cell.isHere }
}

extension ProvisioningPlan {
  /// All statements for the registry's node, in order, to be run between BEGIN and COMMIT. The last
  /// returns the tenant, with the revision that the transaction is.
  ///
  /// Rows come before roles and schemas, so that of two equal requests the second waits at the
  /// first unique index, and nothing of it has to be undone.
  var statements: [PostgresQuery] {
    get throws {
      var statements =
        newCellVerifier == nil && credential == nil ? [] : [LoginSQL.lockSharedPrivileges]
      statements += newMasterKeys.map(MasterKeyStore.insert)
      statements += newCellStatements
      statements += try rowStatements
      if isHere {
        statements += TenantSchemaSQL.create(
          names.schema, cell: cell, serverVersion: serverVersion)
      }
      statements += credentialStatements
      if isHere { statements += schemaStatements }
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
      let insertSlug: PostgresQuery = """
        insert into registry.hosts (name, kind, tenant_id)
        values (\(registration.slug), 'slug', \(id.uuid))
        """
      let log: PostgresQuery = """
        insert into registry.audit_log (actor, action, tenant_id, details)
        values (\(actor), 'tenant.register', \(id.uuid), \(original)::jsonb)
        """
      return [RegisteredTenant.insert(self, original: original), insertSlug, log]
    }
  }

  private var newCellStatements: [PostgresQuery] {
    guard let newCellVerifier else { return [] }
    let insert: PostgresQuery = """
      insert into registry.cells (id, node_id, login, key_version)
      values (\(cell.id), \(cell.server.id), \(cell.login), \(cell.keyVersion))
      """
    guard isHere else { return [insert] }
    return [insert]
      + LoginSQL.create(cell.login, verifier: newCellVerifier, database: databaseName)
  }

  /// A dedicated tenant's first credentials, and the copies of the signing keys, which refer to
  /// them.
  private var credentialStatements: [PostgresQuery] {
    let keys = Dictionary(grouping: signingKeys, by: \.kid).values.compactMap(\.first)
    let issue =
      credential.map {
        CredentialSQL.issue(
          $0, of: id, role: names.schema, database: databaseName, serverVersion: serverVersion)
      } ?? []
    return keys.map(CredentialSQL.insert(key:)) + issue
      + signingKeys.map(CredentialSQL.insert(copy:))
  }

  private var schemaStatements: [PostgresQuery] {
    TenantSchemaSQL.enter(names.schema)
      + migrations.creation() + (ownerInvitation?.statements ?? [])
      + TenantSchemaSQL.open(
        names.schema, policyDigest: rowSecurityKey?.digest, hasOwnLogins: credential != nil)
  }
}
