import Foundation
import PostgresClient

/// A word that transactions are marked with.
package struct Tag: Sendable, Hashable {
  package let id: Int64
  package let name: String
  /// Transactions that have it, without deleted ones.
  package let transactionCount: Int64
  package let version: Int64
  package let createdAt: Date
  package let updatedAt: Date
}

/// Reads the tags of one ledger.
package struct TagStore: Sendable {
  private let ledger: LedgerDatabase

  package init(_ ledger: LedgerDatabase) {
    self.ledger = ledger
  }

  /// All tags, by name.
  ///
  /// - Throws: As ``LedgerDatabase/query(_:)``.
  package func list() async throws -> [Tag] {
    try await ledger.query(
      "\(query: Self.query(in: ledger.ledgerID)) order by g.name_key"
    ).map(Tag.init)
  }

  /// - Throws: ``NotFound``, and as ``LedgerDatabase/query(_:)``.
  package func tag(_ id: Int64) async throws -> Tag {
    let rows = try await ledger.query("\(query: Self.query(in: ledger.ledgerID)) and g.id = \(id)")
    guard let row = rows.first else { throw NotFound() }
    return try Tag(row)
  }

  /// The tags of a ledger, to go on with `and`.
  static func query(in ledgerID: Int64) -> PostgresQuery {
    """
    select g.id, g.name, g.version,
      floor(extract(epoch from g.created_at))::bigint as created_at,
      floor(extract(epoch from g.updated_at))::bigint as updated_at, uses.count
    from tag g
    cross join lateral (
      select count(*) from transaction t
      where t.ledger_id = g.ledger_id and t.tag_ids @> array[g.id] and t.deleted_at is null
    ) uses
    where g.ledger_id = \(ledgerID)
    """
  }
}

extension Tag {
  init(_ row: PostgresRow) throws {
    self.init(
      id: try row.decode("id"), name: try row.decode("name"),
      transactionCount: try row.decode("count"), version: try row.decode("version"),
      createdAt: try row.instant("created_at"), updatedAt: try row.instant("updated_at"))
  }
}
