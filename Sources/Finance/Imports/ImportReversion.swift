import PostgresClient
import Tenancy

/// What has become of an import that was taken back.
package struct ImportReversion: Sendable {
  package let file: Import
  /// How many transactions were taken back.
  package let reverted: Int
  /// The transactions that were changed since, and stay.
  package let changedTransactions: [Int64]
  /// What else of a whole ledger stays, since it was changed or what stays needs it.
  package let kept: [Kept]

  package struct Kept: Sendable, Hashable {
    package let type: ChangedType
    package let id: Int64
  }
}

/// Takes imports back.
extension LedgerWriter {
  private static let pageSize = 2000

  /// Takes back what an import wrote, but for what was changed since.
  ///
  /// Transactions can be restored, but for those of a whole ledger: they go with their accounts.
  ///
  /// - Parameter progress: is called with each page of transactions.
  /// - Throws: ``NotFound``, ``BooksConflict`` if it is not published, or a reconciliation locks what it
  ///   wrote.
  package func revertImport(
    _ id: Int64, progress: () -> Void
  ) async throws -> ImportReversion {
    let file = try await self.import(id)
    guard file.state == .published, let published = file.publishedVersion else {
      throw BooksConflict(
        "import-not-published",
        "The import is \(file.state.rawValue): there is nothing to take back.")
    }
    let (unchanged, changed) = try await transactions(of: id, writtenBy: published)
    var kept: [ImportReversion.Kept] = []
    if let made = file.contents?.made {
      let removal = ArchiveRemoval(self, importID: id, made, writtenBy: published)
      kept = try await removal.remove(unchanged)
    } else {
      for start in stride(from: 0, to: unchanged.count, by: Self.pageSize) {
        try await delete(Array(unchanged[start..<min(unchanged.count, start + Self.pageSize)]))
        progress()
      }
      try await run(forget(id))
    }
    try await run(
      """
      update import set state = 'reverted', version = \(version), updated_at = now()
      where ledger_id = \(ledgerID) and id = \(id)
      """)
    return ImportReversion(
      file: try await self.import(id), reverted: unchanged.count, changedTransactions: changed,
      kept: kept)
  }

  private func transactions(
    of id: Int64, writtenBy published: Int64
  ) async throws -> (unchanged: [Int64], changed: [Int64]) {
    let rows = try await run(
      """
      select id, version = \(published) as unchanged from transaction
      where ledger_id = \(ledgerID) and import_id = \(id) and deleted_at is null
      order by id
      """)[0]
    var (unchanged, changed): ([Int64], [Int64]) = ([], [])
    for row in rows {
      if try row.decode(1) {
        unchanged.append(try row.decode(0))
      } else {
        changed.append(try row.decode(0))
      }
    }
    return (unchanged, changed)
  }

  /// Forgets the rows of an import, so that they can be imported again; but for those whose
  /// transactions stay, or were deleted by somebody.
  private func forget(_ id: Int64) -> PostgresQuery {
    """
    delete from import_identity i using import_row r
    where r.ledger_id = \(ledgerID) and r.import_id = \(id) and i.ledger_id = \(ledgerID)
      and i.account_id = r.account_id and i.content_key = r.content_key and i.import_id = \(id)
      and not exists (
        select from transaction t
        where t.id = i.transaction_id and t.import_id = \(id) and t.version <> \(version))
    """
  }
}
