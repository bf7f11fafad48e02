import Foundation
import PostgresClient

/// A user who may see a ledger.
package struct Member: Sendable, Hashable {
  package let userID: Int64
  package let username: String
  /// What the user wants to be called.
  package let displayName: String?
  package let role: LedgerRole
  package let createdAt: Date
}

/// Reads who the members of one ledger are.
package struct MemberStore: Sendable {
  private let ledger: LedgerDatabase

  package init(_ ledger: LedgerDatabase) {
    self.ledger = ledger
  }

  /// Up to `limit` members, by user.
  ///
  /// - Parameter user: the last one of the page before.
  /// - Throws: As ``LedgerDatabase/query(_:)``.
  package func list(limit: Int, after user: Int64? = nil) async throws -> [Member] {
    try await ledger.query(
      """
      \(query: Member.query(in: ledger.ledgerID)) and m.user_id > \(user ?? 0)
      order by m.user_id limit \(limit)
      """
    ).map(Member.init)
  }

  /// - Throws: ``NotFound``, and as ``LedgerDatabase/query(_:)``.
  package func member(_ user: Int64) async throws -> Member {
    let rows = try await ledger.query(
      "\(query: Member.query(in: ledger.ledgerID)) and m.user_id = \(user)")
    guard let row = rows.first else { throw NotFound() }
    return try Member(row)
  }
}

extension Member {
  /// The members of a ledger, to go on with `and`.
  static func query(in ledgerID: Int64) -> PostgresQuery {
    """
    select m.user_id, u.username, u.display_name, m.role,
      floor(extract(epoch from m.created_at))::bigint as created_at
    from ledger_member m join app_user u on u.id = m.user_id
    where m.ledger_id = \(ledgerID)
    """
  }

  init(_ row: PostgresRow) throws {
    self.init(
      userID: try row.decode("user_id"), username: try row.decode("username"),
      displayName: try row.decodeIfPresent("display_name"),
      role: try row.ledgerRole("role"), createdAt: try row.instant("created_at"))
  }
}
