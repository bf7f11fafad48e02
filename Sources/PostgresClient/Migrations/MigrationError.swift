/// Why a schema's history and this build do not go together.
public enum MigrationError: Error, Equatable, CustomStringConvertible {
  /// A migration that has run is not what this build says it was.
  case checksumMismatch(target: String, number: Int)
  /// The database has migrations that this build does not know and cannot work with.
  case databaseIsNewer(target: String, database: Int, needs: Int, build: Int)
  /// Somebody else's transaction holds a table of the registry for as long as the migration tried.
  case tablesInUse

  public var description: String {
    switch self {
    case .checksumMismatch(let target, let number):
      "\(target) migration \(number) was changed after it had been released"
    case .databaseIsNewer(let target, let database, let needs, let build):
      "the database has \(target) migration \(database) and needs a build that knows \(needs) of "
        + "them; this one knows \(build): run a newer build"
    case .tablesInUse:
      "the registry's tables are in use by a transaction that does not end: look for it in "
        + "pg_stat_activity (xact_start), end it, and migrate again"
    }
  }
}
