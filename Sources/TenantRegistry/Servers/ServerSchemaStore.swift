import PostgresClient

/// Makes and migrates tenants' schemas on a node that is not the registry's.
///
/// Every call is one transaction and can be repeated: what is there already stays. Which migrations
/// a schema has had, its comment says, since the registry cannot be changed in the same transaction.
struct ServerSchemaStore: Sendable {
  /// How often a call that lost a race to another looks again.
  private static let attempts = 5

  /// The node's database, as the owner.
  let database: PostgresDatabase

  private struct Snapshot {
    let serverVersion: Int
    let databaseName: String
    let hasLogin: Bool
    /// The number of the schema's last migration; nil if there is no schema.
    let version: Int?
  }

  /// Whether nothing on the node has the name of the tenant's schema and role, or of the login of a
  /// cell that is to be made.
  func isFree(_ schema: String, login: String?) async throws -> Bool {
    try await database.query(
      """
      select not exists (
          select from pg_catalog.pg_roles where rolname in (\(schema), \(login)))
        and not exists (select from pg_catalog.pg_namespace where nspname = \(schema))
      """)[0].decode(0)
  }

  /// Makes what is missing of the cell's login, the tenant's role and its schema, and brings the
  /// schema up to date.
  ///
  /// - Parameters:
  ///   - verifier: of the cell's password.
  ///   - policyDigest: of the policy that its tables are to have, if any.
  func make(
    _ schema: String, in cell: Cell, verifier: SCRAMVerifier, policyDigest: [UInt8]?,
    migrations: Migrations
  ) async throws {
    var attempt = 1
    while true {
      do {
        return try await makeOnce(
          schema, in: cell, verifier: verifier, policyDigest: policyDigest, migrations: migrations)
      } catch let error as PostgresError where error.isLostRace && attempt < Self.attempts {
        attempt += 1
      }
    }
  }

  private func makeOnce(
    _ schema: String, in cell: Cell, verifier: SCRAMVerifier, policyDigest: [UInt8]?,
    migrations: Migrations
  ) async throws {
    try await database.withTransaction { transaction in
      let snapshot = try await look(schema, cell, transaction)
      var queries: [PostgresQuery] = []
      if !snapshot.hasLogin {
        queries += LoginSQL.create(
          cell.login, verifier: verifier, database: snapshot.databaseName)
      }
      if snapshot.version == nil {
        queries += TenantSchemaSQL.create(
          schema, cell: cell, serverVersion: snapshot.serverVersion)
      }
      let version = snapshot.version ?? 0
      if version < migrations.count {
        queries += steps(
          schema, policyDigest, migrations.creation(from: version), upTo: migrations.count)
      }
      if !queries.isEmpty { try await transaction.query(queries) }
    }
  }

  /// Runs those of the migrations that the schema lacks, all of which run in one transaction. Never
  /// run twice at once.
  func migrate(
    _ schema: String, in cell: Cell, policyDigest: [UInt8]?, migrations: some Sequence<Migration>
  ) async throws {
    try await database.withTransaction { transaction in
      guard let version = try await look(schema, cell, transaction).version else {
        throw PostgresError(code: .server, sqlState: "3F000", detail: "\(schema) is not there")
      }
      let missing = migrations.filter { $0.number > version }
      guard let last = missing.last else { return }
      try await transaction.query(
        steps(schema, policyDigest, TenantSchemaSQL.apply(missing), upTo: last.number))
    }
  }

  /// Runs statements in one transaction in which names resolve in the schema.
  func run(_ statements: [PostgresQuery], in schema: String) async throws(PostgresError) {
    _ = try await database.transaction(TenantSchemaSQL.enter(schema) + statements)
  }

  private func look(
    _ schema: String, _ cell: Cell, _ transaction: PostgresTransaction
  ) async throws -> Snapshot {
    let row = try await transaction.query(
      """
      select current_setting('server_version_num')::integer, current_database(),
        exists (select from pg_catalog.pg_roles where rolname = \(cell.login)),
        (select coalesce(
            substring(obj_description(oid, 'pg_namespace') from '[0-9]+$')::integer, 0)
          from pg_catalog.pg_namespace where nspname = \(schema))
      """)[0]
    return Snapshot(
      serverVersion: try row.decode(0), databaseName: try row.decode(1),
      hasLogin: try row.decode(2), version: try row.decodeIfPresent(3))
  }

  private func steps(
    _ schema: String, _ policyDigest: [UInt8]?, _ statements: [PostgresQuery], upTo version: Int
  ) -> [PostgresQuery] {
    TenantSchemaSQL.enter(schema) + statements
      + TenantSchemaSQL.open(schema, policyDigest: policyDigest)
      + [SchemaPosition(version: version).write(schema, target: TenantSchemaSQL.target)]
  }
}

extension PostgresError {
  /// Another transaction made the same login, or changed the privileges of the same object, at the
  /// same moment; the latter is an internal error to Postgres. Either has waited for the other.
  fileprivate var isLostRace: Bool {
    sqlState == "23505" || sqlState == "42710" || sqlState == "XX000"
  }
}
