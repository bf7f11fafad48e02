/// The row about the setting that no connection can make for itself.
extension DatabaseCheckSQL {
  /// The settings for all roles by which foreign keys and triggers do nothing.
  private static let replicas = """
    select from pg_catalog.pg_db_role_setting s cross join unnest(s.setconfig) c (setting)
    where s.setrole = 0 and s.setdatabase in (0, (select oid from pg_catalog.pg_database
        where datname = current_database()))
      and c.setting ~* '^session_replication_role=replica$'
    """

  static let settingRow = """
    (24, current_setting('session_replication_role') = 'replica' or exists (\(replicas)),
      'session_replication_role is replica, so that foreign keys and triggers do nothing',
      'ALTER DATABASE … RESET session_replication_role, or ALTER SYSTEM or ALTER ROLE … RESET')
    """
}
