import PostgresClient

/// What a database says has run, against what this build has.
struct MigrationHistory: Sendable {
  /// Whose history it is: `registry`, or `tenant` for every tenant's schema.
  enum Target: String, Sendable {
    case registry, tenant
  }

  let target: Target
  /// The checksums of the migrations that have run, by number.
  let recorded: [Int: String]

  /// The migrations that have not run yet, in order.
  ///
  /// - Throws: ``MigrationError`` if those that have run are not this build's.
  func pending(of migrations: [Migration]) throws(MigrationError) -> [Migration] {
    if let newest = recorded.keys.max(), newest > migrations.count {
      throw .databaseIsNewer(
        target: target.rawValue, database: newest, build: migrations.count)
    }
    var pending: [Migration] = []
    for migration in migrations {
      switch recorded[migration.number] {
      case nil: pending.append(migration)
      case migration.checksum: break
      default: throw .checksumMismatch(target: target.rawValue, number: migration.number)
      }
    }
    return pending
  }
}
