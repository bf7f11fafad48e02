import PostgresClient

/// What a database says has run, against what this build has.
struct MigrationHistory: Sendable {
  /// Whose history it is: `registry`, or `tenant` for every tenant's schema.
  enum Target: String, Sendable {
    case registry, tenant
  }

  struct Entry: Sendable {
    let checksum: String
    /// How many migrations a build must know to work with this one: see ``Migration/needs``.
    let needs: Int
  }

  let target: Target
  /// The migrations that have run, by number.
  let recorded: [Int: Entry]

  /// The migrations that have not run yet, in order. Migrations that this build does not know, but
  /// can work with, change nothing.
  ///
  /// - Throws: ``MigrationError`` if those that have run are not this build's, or need a newer one.
  func pending(of migrations: [Migration]) throws(MigrationError) -> [Migration] {
    let needed = recorded.values.map(\.needs).max() ?? 0
    if let newest = recorded.keys.max(), newest > migrations.count, needed > migrations.count {
      throw .databaseIsNewer(
        target: target.rawValue, database: newest, needs: needed, build: migrations.count)
    }
    var pending: [Migration] = []
    for migration in migrations {
      switch recorded[migration.number]?.checksum {
      case nil: pending.append(migration)
      case migration.checksum: break
      default: throw .checksumMismatch(target: target.rawValue, number: migration.number)
      }
    }
    return pending
  }
}
