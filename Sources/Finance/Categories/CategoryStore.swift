import PostgresClient

/// Reads the categories of one ledger.
package struct CategoryStore: Sendable {
  private let ledger: LedgerDatabase

  package init(_ ledger: LedgerDatabase) {
    self.ledger = ledger
  }

  /// All categories, the oldest first.
  ///
  /// - Throws: As ``LedgerDatabase/query(_:)``.
  package func list() async throws -> [Category] {
    try await ledger.query("\(query: Self.query(in: ledger.ledgerID)) order by id")
      .map(Category.init)
  }

  /// - Throws: ``NotFound``, and as ``LedgerDatabase/query(_:)``.
  package func category(_ id: Int64) async throws -> Category {
    let rows = try await ledger.query("\(query: Self.query(in: ledger.ledgerID)) and id = \(id)")
    guard let row = rows.first else { throw NotFound() }
    return try Category(row)
  }

  /// The categories of a ledger, to go on with `and`.
  static func query(in ledgerID: Int64) -> PostgresQuery {
    """
    select id, name, kind, parent_id, archived, version,
      floor(extract(epoch from created_at))::bigint as created_at,
      floor(extract(epoch from updated_at))::bigint as updated_at
    from account
    where ledger_id = \(ledgerID) and kind in ('income', 'expense') and type is null
    """
  }
}

extension Category {
  init(_ row: PostgresRow) throws {
    guard let kind = Kind(rawValue: try row.decode("kind")) else { throw NotFound() }
    self.init(
      id: try row.decode("id"), name: try row.decode("name"), kind: kind,
      parentID: try row.decodeIfPresent("parent_id"), isArchived: try row.decode("archived"),
      version: try row.decode("version"), createdAt: try row.instant("created_at"),
      updatedAt: try row.instant("updated_at"))
  }
}
