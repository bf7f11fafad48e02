/// The table of what has run: `migrations` in `schema`. It has a row for each migration of each
/// target, which is a schema or many of the same kind.
public struct MigrationLedger: Sendable {
  private let schema: String

  /// - Parameter schema: where the table is; a name that needs no quotes.
  public init(schema: String) { self.schema = schema }

  /// To be run first in a migrating transaction: makes the ledger, and waits for other migrators.
  /// Of two that make it, the second fails with SQLSTATE 23505 when the first is done.
  public var open: [PostgresQuery] {
    [
      "create schema if not exists \(schema)",
      """
      create table if not exists \(schema).migrations (
        target text not null,
        number integer not null,
        name text not null,
        checksum text not null,
        recorded_at timestamptz not null default now(),
        primary key (target, number)
      )
      """,
      // No mode that who may only read the table could be in the way of.
      "lock table \(schema).migrations in share row exclusive mode",
      """
      do $$ begin
        if not exists (select from pg_catalog.pg_attribute
          where attrelid = '\(schema).migrations'::regclass and attname = 'needs') then
          alter table \(schema).migrations add column needs integer;
        end if;
      end $$
      """,
    ].map(PostgresQuery.init(unsafeSQL:))
  }

  /// A migration of a time when this was not written down needs a build that knows it. The column
  /// itself may not be there yet.
  public var read: PostgresQuery {
    PostgresQuery(
      unsafeSQL: """
        select target, number, checksum, coalesce((to_jsonb(m) ->> 'needs')::integer, number)
        from \(schema).migrations m
        """)
  }

  /// Writes down that a migration has run, unless that is there already.
  public func record(_ migration: Migration, of target: String) -> PostgresQuery {
    var query = PostgresQuery(
      unsafeSQL: """
        insert into \(schema).migrations (target, number, name, checksum, needs)
        values ($1, $2, $3, $4, $5) on conflict do nothing
        """)
    query.parameters = [
      target, "\(migration.number)", migration.name, migration.checksum, "\(migration.needs)",
    ]
    return query
  }

  /// What of a target's history has not run yet, in order, by the rows of ``read``. Migrations that
  /// this build does not know, but can work with, change nothing.
  ///
  /// - Throws: ``MigrationError`` if those that have run are not this build's, or need a newer one;
  ///   ``PostgresError``.
  public func pending(of migrations: Migrations, target: String, in rows: PostgresRows) throws
    -> [Migration]
  {
    try MigrationHistory(of: target, in: rows).pending(of: migrations)
  }
}

/// What the ledger says has run of one target's history.
private struct MigrationHistory {
  struct Entry {
    let checksum: String
    /// How many migrations a build must know to work with this one: see ``Migration/needs``.
    let needs: Int
  }

  let target: String
  /// The migrations that have run, by number.
  var recorded: [Int: Entry] = [:]

  init(of target: String, in rows: PostgresRows) throws(PostgresError) {
    self.target = target
    for row in rows where try row.decode(0, as: String.self) == target {
      recorded[try row.decode(1)] = .init(checksum: try row.decode(2), needs: try row.decode(3))
    }
  }

  func pending(of migrations: Migrations) throws(MigrationError) -> [Migration] {
    let needed = recorded.values.map(\.needs).max() ?? 0
    if let newest = recorded.keys.max(), newest > migrations.count, needed > migrations.count {
      throw .databaseIsNewer(
        target: target, database: newest, needs: needed, build: migrations.count)
    }
    var pending: [Migration] = []
    for migration in migrations {
      switch recorded[migration.number]?.checksum {
      case nil: pending.append(migration)
      case migration.checksum: break
      default: throw .checksumMismatch(target: target, number: migration.number)
      }
    }
    return pending
  }
}
