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

/// What a tenant's login may take of the server, as settings of the role that it cannot change.
///
/// Only a superuser can give a role such a setting, or who was allowed to by one: bootstrap allows
/// the owner.
enum TenantLoginBounds {
  /// For each session; a statement that would write more of them fails.
  private static let temporaryFiles = "256MB"
  private static let setting = "temp_file_limit"

  static func allow(_ owner: String) -> String { "grant set on parameter \(setting) to \(owner)" }

  /// Bounds a new login where the owner may.
  static func bound(_ login: String) -> String {
    """
    do $do$ begin
      if has_parameter_privilege('\(setting)', 'set') then
        execute format('alter role %I set \(setting) = %L', '\(login)', '\(temporaryFiles)');
      end if;
    end $do$
    """
  }

  /// Bounds the logins that are there already, as superuser.
  static func boundAll(_ roles: DatabaseRoles) -> String {
    """
    do $do$
    declare
      login text;
    begin
      for login in \(unbounded(roles)) loop
        execute format('alter role %I set \(setting) = %L', login, '\(temporaryFiles)');
      end loop;
    end
    $do$
    """
  }

  /// The logins of the request path that have no bound: a query.
  static func unbounded(_ roles: DatabaseRoles) -> String {
    """
    select r.rolname::text as name from pg_catalog.pg_roles r
    where r.rolname ~ '\(roles.requestPattern)' and r.rolcanlogin
      and not exists (select from unnest(r.rolconfig) c where c ~ '^\(setting)=')
    """
  }
}
