import PostgresClient

/// The table of what has run: `registry.migrations`.
enum MigrationLedger {
  /// To be run first in a migrating transaction: waits for other migrators, and makes the ledger.
  static let open: [PostgresQuery] = [
    "select pg_advisory_xact_lock(\(RegistryLock.migrations))",
    "create schema if not exists registry",
    """
    create table if not exists registry.migrations (
      target text not null,
      number integer not null,
      name text not null,
      checksum text not null,
      recorded_at timestamptz not null default now(),
      primary key (target, number)
    )
    """,
    "alter table registry.migrations add column if not exists needs integer",
  ]

  /// A migration of a time when this was not written down needs a build that knows it. The column
  /// itself may not be there yet.
  static let read: PostgresQuery = """
    select target, number, checksum, coalesce((to_jsonb(m) ->> 'needs')::integer, number)
    from registry.migrations m
    """

  static func record(_ migration: Migration, of target: MigrationHistory.Target) -> PostgresQuery {
    """
    insert into registry.migrations (target, number, name, checksum, needs)
    values (\(target.rawValue), \(migration.number), \(migration.name), \(migration.checksum),
      \(migration.needs))
    """
  }

  static func history(of target: MigrationHistory.Target, in rows: PostgresRows)
    throws(PostgresError) -> MigrationHistory
  {
    var recorded: [Int: MigrationHistory.Entry] = [:]
    for row in rows where try row.decode(0, as: String.self) == target.rawValue {
      recorded[try row.decode(1)] = .init(
        checksum: try row.decode(2), needs: try row.decode(3))
    }
    return MigrationHistory(target: target, recorded: recorded)
  }
}
