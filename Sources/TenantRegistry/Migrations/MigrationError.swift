/// Why a schema's history and this build do not go together.
public enum MigrationError: Error, Equatable, CustomStringConvertible {
  /// A migration that has run is not what this build says it was.
  case checksumMismatch(target: String, number: Int)
  /// The database has migrations that this build does not know.
  case databaseIsNewer(target: String, database: Int, build: Int)

  public var description: String {
    switch self {
    case .checksumMismatch(let target, let number):
      "\(target) migration \(number) was changed after it had been released"
    case .databaseIsNewer(let target, let database, let build):
      "the database has \(target) migration \(database), this build knows \(build) of them: "
        + "run a newer build"
    }
  }
}
