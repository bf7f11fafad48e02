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
