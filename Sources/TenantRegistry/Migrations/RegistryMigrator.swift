import PostgresClient

/// Brings the registry's own schema up to date.
public struct RegistryMigrator: Sendable {
  /// - Parameter owner: the registry's database as `terrace_owner`.
  public init(owner: PostgresDatabase, tenantMigrations: [Migration]) {
    fatalError()
  }

  /// Runs the migrations that are missing, all or none; of several callers at once, one does the
  /// work. Also records the tenant migrations' checksums.
  ///
  /// - Returns: the numbers of the migrations that ran.
  /// - Throws: ``MigrationError`` if a released migration was changed or the database is newer
  ///   than this build; ``PostgresError``.
  @discardableResult
  public func migrate() async throws -> [Int] {
    fatalError()
  }
}
