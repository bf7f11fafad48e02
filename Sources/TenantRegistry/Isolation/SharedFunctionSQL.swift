/// The functions of Postgres' own with which one statement can hold something that all tenants
/// share for longer than its transaction lasts: locks, the queue of notifications, large objects,
/// snapshots, replication slots, WAL. Or leave something on a connection that others use next.
/// PUBLIC may execute all of them by default.
enum SharedFunctionSQL {
  private static let names = """
    ^(pg_(try_)?advisory_(xact_)?lock.*|pg_notify|lo_.*|loread|lowrite|pg_export_snapshot\
    |pg_logical_emit_message|pg_(create|copy)_(logical|physical)_replication_slot\
    |pg_drop_replication_slot|pg_replication_slot_advance|pg_logical_slot_.*\
    |pg_sync_replication_slots|setseed)$
    """

  /// Those that PUBLIC may execute: a query for their signatures.
  static let open = """
    select p.oid::regprocedure::text as name from pg_catalog.pg_proc p
    where p.pronamespace = 'pg_catalog'::regnamespace and p.proname ~ '\(names)'
      and has_function_privilege('public', p.oid, 'execute')
    """

  /// What Terrace itself calls, as the owner: in triggers, in functions that bound what a tenant's
  /// login gets of it, and to remove what a login left behind.
  private static let ownersFunctions = [
    "pg_notify(text, text)", "pg_try_advisory_lock_shared(bigint)", "lo_unlink(oid)",
  ]

  /// Takes them from PUBLIC, as superuser, and gives Terrace those that it calls. A gateway of a
  /// release before ``GatewayLeaseStore/hold(_:)`` had a function of its own takes its lock as the reader.
  static func revoke(_ roles: DatabaseRoles) -> [String] {
    let revoke = """
      do $do$
      declare
        signature text;
      begin
        for signature in \(open) loop
          execute format('revoke execute on function %s from public', signature);
        end loop;
      end
      $do$
      """
    let grants =
      ownersFunctions.map { ($0, roles.owner) }
      + [("pg_try_advisory_lock_shared(bigint)", roles.reader)]
    return [revoke] + grants.map { "grant execute on function pg_catalog.\($0) to \($1)" }
  }

  /// Whether the owner lacks one of those that it calls: an expression.
  static func ownerLacksSome(_ roles: DatabaseRoles) -> String {
    ownersFunctions.map {
      "not has_function_privilege('\(roles.owner)', 'pg_catalog.\($0)', 'execute')"
    }.joined(separator: " or ")
  }
}
