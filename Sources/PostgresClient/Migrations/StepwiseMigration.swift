/// Runs a migration that does not fit into one transaction, on a schema that is in use.
///
/// The comment on the schema says after each step how far it has come (``SchemaPosition``), so that
/// one that was interrupted goes on there, in whichever process. Several at once take turns.
public struct StepwiseMigration: Sendable {
  private let migration: Migration
  private let database: PostgresDatabase
  private let schema: String
  private let target: String

  /// - Parameters:
  ///   - migration: one whose ``Migration/form`` is not `transaction`; all before it have run.
  ///   - database: where the schema is, as its owner. Two of its connections are used at once.
  ///   - target: what kind of schema it is, in a word.
  public init(
    _ migration: Migration, of schema: String, target: String, in database: PostgresDatabase
  ) {
    self.migration = migration
    self.database = database
    self.schema = schema
    self.target = target
  }

  /// Returns once all of it has run, here or elsewhere.
  ///
  /// - Throws: ``PostgresError``, and then what has been done stays done.
  public func run() async throws {
    while true {
      let position = try await position()
      guard position.version < migration.number else { return }
      do {
        try await step(from: position)
      } catch is Moved {
        continue
      }
    }
  }

  /// Somebody else was at it, and has come farther.
  private struct Moved: Error {}

  /// What is written down, or the beginning: where there are only migrations that run in one
  /// transaction, nothing is written down on the registry's server.
  private func position() async throws -> SchemaPosition {
    let beginning = SchemaPosition(version: migration.number - 1)
    let written = try await SchemaPosition.read(schema, in: database) ?? beginning
    return written.version < beginning.version ? beginning : written
  }

  private func step(from position: SchemaPosition) async throws {
    guard position.statements < migration.statements.count else {
      return try await move(from: position, to: SchemaPosition(version: migration.number))
    }
    var next = position
    if case .batches(let size, let table, let key) = migration.form {
      let end = try await lastKey(of: table, key, after: position.key ?? .min, size)
      guard let end else { return try await move(from: position, to: position.afterStatement) }
      next.key = end
      try await move(from: position, to: next) { transaction in
        try await transaction.query(migration.batch(after: position.key ?? .min, upTo: end))
      }
    } else {
      try await move(from: position, to: position.afterStatement) { _ in
        try await runAlone(migration.statements[position.statements])
      }
    }
  }

  /// Writes `next` down, which keeps others waiting, and runs `body` before that is committed.
  private func move(
    from position: SchemaPosition, to next: SchemaPosition,
    _ body: (PostgresTransaction) async throws -> Void = { _ in }
  ) async throws {
    try await database.withTransaction { transaction in
      try await transaction.query([
        "set local lock_timeout = '5s'", "set local statement_timeout = '60s'",
        // Idle while a statement runs elsewhere.
        "set local idle_in_transaction_session_timeout = 0",
        PostgresQuery(unsafeSQL: "set local search_path = \(searchPath)"),
        next.write(schema, target: target),
      ])
      // What others committed; this transaction sees its own.
      guard try await self.position() == position else { throw Moved() }
      try await body(transaction)
    }
  }

  private func lastKey(
    of table: String, _ key: String, after: Int64, _ size: Int
  ) async throws -> Int64? {
    let key = PostgresQuery.quoteIdentifier(key)
    let table =
      "\(PostgresQuery.quoteIdentifier(schema)).\(PostgresQuery.quoteIdentifier(table))"
    var query = PostgresQuery(
      unsafeSQL: """
        select max(\(key)) from (
          select \(key) from \(table) where \(key) > $1 order by \(key) limit \(size)) batch
        """)
    query.parameters = [after.postgresText]
    return try await database.query(query)[0].decodeIfPresent(0)
  }

  /// Nobody waits behind what it waits for, so that it may wait for long transactions to end.
  private func runAlone(_ statement: String) async throws {
    let leftovers = try await invalidIndexes(of: statement)
    try await database.queryOutsideTransaction(
      leftovers + [PostgresQuery(unsafeSQL: statement)],
      settings: [
        "set lock_timeout = '5min'", "set statement_timeout = '1h'",
        PostgresQuery(unsafeSQL: "set search_path = \(searchPath)"),
      ])
  }

  /// Statements that drop what an interrupted attempt to make the statement's index left behind.
  private func invalidIndexes(of statement: String) async throws -> [PostgresQuery] {
    let making = #/\bindex\s+concurrently\s+if\s+not\s+exists\s+(\w+)/#.ignoresCase()
    guard let name = statement.firstMatch(of: making)?.1 else { return [] }
    return try await database.query(
      """
      select format('drop index concurrently if exists %I.%I', n.nspname, c.relname)
      from pg_catalog.pg_index i
      join pg_catalog.pg_class c on c.oid = i.indexrelid
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      where n.nspname = \(schema) and c.relname = \(name.lowercased()) and not i.indisvalid
      """
    ).map { PostgresQuery(unsafeSQL: try $0.decode(0)) }
  }

  private var searchPath: String { "\(PostgresQuery.quoteIdentifier(schema)), pg_temp" }
}

extension SchemaPosition {
  fileprivate var afterStatement: SchemaPosition {
    var next = SchemaPosition(version: version)
    next.statements = statements + 1
    return next
  }
}
