/// Where a directory reads from.
protocol DirectorySource: Sendable {
  /// What changed after `revision`.
  ///
  /// - Throws: ``MasterKeyError`` or ``CredentialError`` if this process holds the wrong
  ///   keys, so that it must end; ``PostgresError``.
  func changes(since revision: Int64) async throws -> DirectoryChanges
}
