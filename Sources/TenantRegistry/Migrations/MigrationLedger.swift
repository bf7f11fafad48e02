import PostgresClient

/// The table of what has run: `registry.migrations`.
enum MigrationLedger {
  /// To be run first in a migrating transaction: makes the ledger, and waits for other migrators.
  /// Of two that make it, the second fails with SQLSTATE 23505 when the first is done.
  static let open: [PostgresQuery] = [
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
    // No mode that who may only read the table could be in the way of.
    "lock table registry.migrations in share row exclusive mode",
    """
    do $$ begin
      if not exists (select from pg_catalog.pg_attribute
        where attrelid = 'registry.migrations'::regclass and attname = 'needs') then
        alter table registry.migrations add column needs integer;
      end if;
    end $$
    """,
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
