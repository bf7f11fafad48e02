import Foundation
import PostgresClient
import Tenancy

/// The secret of a link that counts once: 256 random bits.
package struct LinkToken: Sendable, CustomStringConvertible, CustomReflectable {
  private let secret: RandomSecret

  /// A new one.
  init() {
    secret = RandomSecret()
  }

  /// Nil if `text` cannot be one.
  package init?(_ text: String) {
    guard let bytes = [UInt8](base64URL: text), bytes.count == RandomSecret.byteCount else {
      return nil
    }
    secret = RandomSecret(bytes)
  }

  var hash: [UInt8] { secret.hash }

  /// The secret itself. Whoever asks answers for where it goes.
  package var text: String { secret.bytes.base64URL }

  package var description: String { "<link token>" }
  package var customMirror: Mirror { Mirror(self, children: []) }
}

/// A link that somebody was just given, and its token, which is nowhere else.
package struct IssuedLink: Sendable {
  package let token: LinkToken
  package let expiresAt: Date
}

/// What an invitation makes of whoever takes it.
struct Invitee: Sendable {
  let role: UserRole
  /// The ledger that is shared with them, and what they may do there.
  let ledger: (id: Int64, role: LedgerRole)?
  /// Whether an admin has invited the tenant's owner.
  let isFromAdmin: Bool

  /// - Parameter row: the columns `role`, `ledger_id`, `ledger_role` and `created_by is null`.
  fileprivate init(_ row: PostgresRow) throws(PostgresError) {
    role = try row.decodeIfPresent(0) ?? .member
    if let id: Int64 = try row.decodeIfPresent(1) {
      ledger = (id, try row.decode(2))
    } else {
      ledger = nil
    }
    isFromAdmin = try row.decode(3)
  }
}

extension LinkToken {
  /// What the invitation makes of whoever takes it.
  ///
  /// - Throws: ``AccessError/invalidLink``, `PostgresError`.
  func invitation(in database: PostgresDatabase) async throws -> Invitee {
    let rows = try await database.query(
      """
      select role, ledger_id, ledger_role, created_by is null from one_time_link
      where purpose = 'invitation' and token_hash = \(hash) and expires_at > now()
      """)
    guard let row = rows.first else { throw AccessError.invalidLink }
    return try Invitee(row)
  }

  /// Takes the invitation: of several who do, one.
  ///
  /// - Throws: ``AccessError/invalidLink``, `PostgresError`.
  func takeInvitation(in transaction: PostgresTransaction) async throws -> Invitee {
    let rows = try await transaction.query(
      """
      delete from one_time_link
      where purpose = 'invitation' and token_hash = \(hash) and expires_at > now()
      returning role, ledger_id, ledger_role, created_by is null
      """)
    guard let row = rows.first else { throw AccessError.invalidLink }
    return try Invitee(row)
  }

  /// Whether the link is one that sets a password.
  func isPasswordReset(in database: PostgresDatabase) async throws(PostgresError) -> Bool {
    try await !database.query(
      """
      select from one_time_link
      where purpose = 'password-reset' and token_hash = \(hash) and expires_at > now()
      """
    ).isEmpty
  }

  /// Takes the link: of several who do, one.
  ///
  /// - Returns: the user whose password it sets.
  /// - Throws: ``AccessError/invalidLink``, `PostgresError`.
  func takePasswordReset(in transaction: PostgresTransaction) async throws -> Int64 {
    let rows = try await transaction.query(
      """
      delete from one_time_link
      where purpose = 'password-reset' and token_hash = \(hash) and expires_at > now()
      returning user_id
      """)
    guard let row = rows.first else { throw AccessError.invalidLink }
    return try row.decode(0)
  }
}
