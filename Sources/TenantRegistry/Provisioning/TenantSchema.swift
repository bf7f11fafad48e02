import PostgresClient
import Tenancy

/// The names that a tenant keeps for life, whatever becomes of its slug.
struct TenantNames: Sendable, Equatable {
  /// Also the name of the tenant's role.
  let schema: String
  let namespace: String

  /// - Parameter number: 1, or the first number whose names no older tenant holds.
  init(slug: String, number: Int, roles: DatabaseRoles = .standard) {
    // Injective: a slug has no underscore.
    let base = roles.schemaPrefix + slug.replacing("-", with: "_")
    schema = number == 1 ? base : "\(base)__\(number)"
    namespace = number == 1 ? "tenant-\(slug)" : "tenant-\(slug)-\(number)"
  }

  /// The login of a dedicated tenant's own deployment. No schema has `__c` in its name, since what
  /// follows `__` there is a number.
  static func login(schema: String, credential: Int) -> String {
    firstLogin(schema: schema) + (credential == 1 ? "" : "__c\(credential)")
  }

  /// The login of a tenant's first credentials, with which the names of the others begin.
  static func firstLogin(schema: String) -> String {
    let roles = DatabaseRoles(ofSchema: schema)
    return roles.tenantLoginPrefix + schema.dropFirst(roles.schemaPrefix.count)
  }
}

/// The statements that make, change and open a tenant's schema. They run as the owner,
/// inside a transaction.
enum TenantSchemaSQL {
  /// What the ledger and the comments on schemas call their history.
  static let target = "tenant"

  /// Makes the tenant's role, which its cell's login may switch to, and its schema, which is empty.
  ///
  /// Without AUTHORIZATION: the owner is not a member of the tenant's role, and the schema is not
  /// the tenant's to change.
  static func create(_ schema: String, cell: Cell, serverVersion: Int) -> [PostgresQuery] {
    [
      PostgresQuery(unsafeSQL: "create role \(quoted(schema)) nologin noinherit"),
      LoginSQL.grant(schema, to: cell.login, serverVersion: serverVersion),
      PostgresQuery(unsafeSQL: "create schema \(quoted(schema))"),
    ]
  }

  /// Bounds how long the transaction may hold others up, and makes names resolve in `schema`.
  static func enter(_ schema: String) -> [PostgresQuery] {
    [
      "set local lock_timeout = '5s'",
      "set local statement_timeout = '60s'",
      PostgresQuery(unsafeSQL: "set local search_path = \(quoted(schema)), pg_temp"),
    ]
  }

  /// The migrations' statements, one command each: see ``enter(_:)`` for where they apply.
  static func apply(_ migrations: some Sequence<Migration>) -> [PostgresQuery] {
    migrations.flatMap { $0.statements.map(PostgresQuery.init(unsafeSQL:)) }
  }

  /// Lets the tenant's role read and write, and do nothing else. To be repeated after migrations.
  ///
  /// - Parameters:
  ///   - policyDigest: of the policy that the tables get before, if they are to have one.
  ///   - hasOwnLogins: whether the tenant has logins of its own, which pass by the policy.
  static func open(
    _ name: String, policyDigest: [UInt8]?, hasOwnLogins: Bool = false
  ) -> [PostgresQuery] {
    let schema = quoted(name)
    let role = schema
    let policy =
      policyDigest.map {
        [RowSecurityPolicy.apply(to: name, digest: $0, admitsOwnLogins: hasOwnLogins)]
      } ?? []
    return policy
      + [
        "grant usage on schema \(schema) to \(role)",
        "grant select, insert, update, delete on all tables in schema \(schema) to \(role)",
        "grant usage on all sequences in schema \(schema) to \(role)",
      ].map(PostgresQuery.init(unsafeSQL:))
  }

  static func quoted(_ name: String) -> String { PostgresQuery.quoteIdentifier(name) }
}
