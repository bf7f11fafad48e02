import Foundation
import PostgresClient
import Tenancy

extension LedgerRole: PostgresText {}

/// What somebody who registers is to be: a link that is handed over, and counts once.
package struct Invitation: Sendable, Equatable {
  package let id: Int64
  package let role: UserRole
  package let ledger: Int64?
  package let ledgerRole: LedgerRole?
  /// Nil if an admin has made it, for the tenant's owner.
  package let createdBy: Int64?
  package let createdAt: Date
  package let expiresAt: Date
}

/// The invitations that wait to be taken. Only for owners of the tenant: every call of another user
/// throws ``AccessError/notOwner``.
package struct Invitations: Sendable {
  /// What is to be made of somebody.
  package struct Draft: Sendable {
    package let role: UserRole
    /// The ledger that is shared with them, and what they may do there.
    package let ledger: (id: Int64, role: LedgerRole)?
    /// Nil is in 7 days.
    package let expiresAt: Date?

    package init(role: UserRole, ledger: (id: Int64, role: LedgerRole)?, expiresAt: Date?) {
      self.role = role
      self.ledger = ledger
      self.expiresAt = expiresAt
    }
  }

  /// Of an owner.
  package let database: UserDatabase

  package init(_ database: UserDatabase) {
    self.database = database.asOwner
  }

  private static let columns: StaticString =
    "id, role, ledger_id, ledger_role, created_by, created_at, expires_at"

  /// The newest first.
  ///
  /// - Parameter id: list only older ones.
  /// - Throws: ``AccessError/notOwner``, `InvalidToken`, `PostgresError`.
  package func list(limit: Int, before id: Int64? = nil) async throws -> [Invitation] {
    try await database.query(
      """
      select \(sql: Self.columns) from one_time_link
      where purpose = 'invitation' and expires_at > now() and id < \(id ?? .max)
      order by id desc limit \(limit)
      """
    ).map { try Invitation($0) }
  }

  /// Invites somebody. What has expired goes away. The user's row is locked, so that whoever takes the
  /// role away meanwhile finds the invitation.
  ///
  /// - Returns: the invitation, and its token, which is nowhere else.
  /// - Throws: ``AccessError`` `notOwner` or `unknownLedger`; `InvalidToken`; `PostgresError`.
  package func create(
    _ draft: Draft, _ writer: UserWriter
  ) async throws -> (invitation: Invitation, token: LinkToken) {
    let token = LinkToken()
    let results = try await writer.transaction.query([
      "delete from one_time_link where expires_at <= now()",
      """
      insert into one_time_link (
        purpose, token_hash, role, ledger_id, ledger_role, created_by, expires_at)
      select 'invitation', \(token.hash)::bytea, \(draft.role), \(draft.ledger?.id)::bigint,
        \(draft.ledger?.role), id,
        coalesce(\(draft.expiresAt)::timestamptz, now() + interval '7 days')
      from app_user
      where id = \(writer.userID) and role = 'owner' and (\(draft.ledger?.id)::bigint is null or exists (
        select from ledger_member
        where ledger_id = \(draft.ledger?.id) and user_id = app_user.id and role = 'owner'))
      for share
      returning \(sql: Self.columns)
      """,
    ])
    guard let row = results[1].first else {
      throw draft.ledger == nil ? AccessError.notOwner : AccessError.unknownLedger
    }
    return (try Invitation(row), token)
  }

  /// - Returns: nil if there is none that waits.
  /// - Throws: ``AccessError/notOwner``, `InvalidToken`, `PostgresError`.
  package func invitation(_ id: Int64) async throws -> Invitation? {
    try await database.query(
      """
      select \(sql: Self.columns) from one_time_link
      where purpose = 'invitation' and expires_at > now() and id = \(id)
      """
    ).first.map { try Invitation($0) }
  }

  /// Takes an invitation back.
  ///
  /// - Returns: whether there was one.
  /// - Throws: ``AccessError/notOwner``, `InvalidToken`, `PostgresError`.
  package func delete(_ id: Int64) async throws -> Bool {
    try await database.transaction([
      "delete from one_time_link where id = \(id) and purpose = 'invitation'"
    ])[0].affectedRows > 0
  }
}

extension Invitation {
  fileprivate init(_ row: PostgresRow) throws(PostgresError) {
    id = try row.decode(0)
    role = try row.decode(1)
    ledger = try row.decodeIfPresent(2)
    ledgerRole = try row.decodeIfPresent(3)
    createdBy = try row.decodeIfPresent(4)
    createdAt = try row.decode(5)
    expiresAt = try row.decode(6)
  }
}

/// How a tenant gets its first owner: an admin hands a link over.
package enum FirstOwner {
  /// 7 days.
  private static let lifetime: TimeInterval = 7 * 86_400

  /// A new link, and the statements that put it into the tenant's schema in place of the one before.
  /// They are not prepared, since the schema is another each time.
  package static func invite(at time: Date) -> (link: IssuedLink, statements: [PostgresQuery]) {
    let token = LinkToken()
    // Whole seconds, as JSON has it.
    let expiresAt = Date(
      timeIntervalSince1970: (time.timeIntervalSince1970 + lifetime).rounded(.down))
    let statements = [
      "delete from one_time_link where purpose = 'invitation' and created_by is null",
      """
      insert into one_time_link (purpose, token_hash, role, expires_at)
      values ('invitation', '\\x\(token.hash.hex)', 'owner', '\(expiresAt.postgresText)')
      """,
    ]
    return (
      IssuedLink(token: token, expiresAt: expiresAt), statements.map(PostgresQuery.init(unsafeSQL:))
    )
  }
}
