import Foundation
import PostgresClient
import Tenancy

/// The users of a tenant, as its owners look after them: every call of another user throws
/// ``AccessError/notOwner``.
package struct TenantUsers: Sendable {
  /// Of an owner.
  package let database: UserDatabase

  package init(_ database: UserDatabase) {
    self.database = database.asOwner
  }

  /// In the order in which they registered, those who were erased left out.
  ///
  /// - Parameter id: list only later ones.
  /// - Throws: ``AccessError/notOwner``, `InvalidToken`, `PostgresError`.
  package func list(limit: Int, after id: Int64? = nil) async throws -> [UserProfile] {
    try await database.query(
      """
      select \(sql: UserProfile.columns) from app_user u
      where u.id > \(id ?? .min) and u.erased_at is null order by u.id limit \(limit)
      """
    ).map { try UserProfile($0) }
  }

  /// - Returns: nil if there is no such user.
  /// - Throws: ``AccessError/notOwner``, `InvalidToken`, `PostgresError`.
  package func user(_ id: Int64) async throws -> UserProfile? {
    try await database.query(Self.profile(id)).first.map { try UserProfile($0) }
  }

  /// Changes what a user may do. Who loses a role, or is deactivated, also loses what they have given
  /// out; whoever is deactivated is signed out everywhere.
  ///
  /// - Parameter check: is handed the user as they are, while nobody else can change them; if it
  ///   throws, nothing is changed.
  /// - Returns: nil if there is no such user.
  /// - Throws: ``AccessError`` `notOwner` or `lastOwner`; what `check` throws; `InvalidToken`;
  ///   `PostgresError`.
  package func update(
    _ id: Int64, isActive: Bool? = nil, role: UserRole? = nil,
    if check: @Sendable (UserProfile) throws -> Void = { _ in }
  ) async throws -> UserProfile? {
    try await change(id, check) { user, hasOtherOwner in
      let (isActive, role) = (isActive ?? user.isActive, role ?? user.role)
      let staysOwner = isActive && role == .owner
      guard staysOwner || hasOtherOwner else { throw AccessError.lastOwner }
      var statements: [PostgresQuery] = [
        """
        update app_user set role = \(role), version = version + 1,
          deactivated_at = case when \(isActive) then null else coalesce(deactivated_at, now()) end
        where id = \(id)
        """
      ]
      if user.role == .owner, !staysOwner {
        statements.append("delete from one_time_link where created_by = \(id)")
      }
      if user.isActive, !isActive { statements += UserStore.endAccess(of: id, but: nil) }
      return statements
    }
  }

  /// Makes a link that sets a user's password once, within 24 hours, in place of the one before.
  ///
  /// - Returns: nil if there is no such user.
  /// - Throws: ``AccessError/notOwner``, `InvalidToken`, `PostgresError`.
  package func issuePasswordReset(of id: Int64, _ writer: UserWriter) async throws -> IssuedLink? {
    let token = LinkToken()
    let results = try await writer.transaction.query([
      "delete from one_time_link where purpose = 'password-reset' and user_id = \(id)",
      """
      insert into one_time_link (purpose, token_hash, user_id, created_by, expires_at)
      select 'password-reset', \(token.hash)::bytea, u.id, own.id, now() + interval '24 hours'
      from app_user u, app_user own
      where u.id = \(id) and u.erased_at is null
        and own.id = \(writer.userID) and own.role = 'owner'
      for share
      returning expires_at
      """,
    ])
    return try results[1].first.map { IssuedLink(token: token, expiresAt: try $0.decode(0)) }
  }

  /// Erases a user: name, password, second factor, sessions, tokens, links and the ledgers that only
  /// they are in go. Ledgers that they share stay with the others, and what they have recorded there,
  /// by a user without a name; where they were the only owner, the editor who has been there longest is
  /// one, or else the viewer.
  ///
  /// - Parameter check: as of ``update(_:isActive:role:if:)``.
  /// - Returns: whether there was such a user.
  /// - Throws: ``AccessError`` `notOwner` or `lastOwner`; what `check` throws; `InvalidToken`;
  ///   `PostgresError`.
  package func erase(
    _ id: Int64, if check: @Sendable (UserProfile) throws -> Void = { _ in }
  ) async throws -> Bool {
    try await change(id, check) { user, hasOtherOwner in
      guard hasOtherOwner || user.role != .owner || !user.isActive else {
        throw AccessError.lastOwner
      }
      // No new user's name begins with a space.
      let name = " erased \(id)"
      return [
        """
        update app_user set version = version + 1, username = \(name), username_canonical = \(name), password_hash = '',
          display_name = null, locale = null, role = 'member', totp_secret = null,
          totp_confirmed_at = null, totp_last_step = null, recovery_hashes = null,
          token_epoch = token_epoch + 1, deactivated_at = now(), erased_at = now()
        where id = \(id)
        """,
        "delete from user_session where user_id = \(id)",
        "delete from idempotency_key where user_id = \(id)",
        "delete from personal_token where user_id = \(id)",
        "delete from one_time_link where user_id = \(id) or created_by = \(id)",
      ] + LedgerRemoval.removeLedgers(onlyOf: id) + Self.leaveLedgers(id)
    } != nil
  }

  private static func leaveLedgers(_ id: Int64) -> [PostgresQuery] {
    [
      """
      update ledger_member set role = 'owner'
      where (ledger_id, user_id) in (
        select distinct on (other.ledger_id) other.ledger_id, other.user_id
        from ledger_member own
        join ledger_member other
          on other.ledger_id = own.ledger_id and other.user_id <> own.user_id
        where own.user_id = \(id) and not exists (
          select from ledger_member
          where ledger_id = own.ledger_id and user_id <> own.user_id and role = 'owner')
        order by other.ledger_id, other.role, other.created_at, other.user_id)
      """,
      "delete from ledger_member where user_id = \(id)",
    ]
  }

  private static func profile(_ id: Int64) -> PostgresQuery {
    """
    select \(sql: UserProfile.columns) from app_user u
    where u.id = \(id) and u.erased_at is null
    """
  }

  /// Runs what `statements` says for the user as they are.
  ///
  /// It locks the tenant's owners, in order: of two who take each other's role away at once, the
  /// second finds that they are none any more.
  private func change(
    _ id: Int64, _ check: @Sendable (UserProfile) throws -> Void,
    _ statements: @Sendable (UserProfile, _ hasOtherOwner: Bool) throws -> [PostgresQuery]
  ) async throws -> UserProfile? {
    try await database.withTransaction { transaction -> UserProfile? in
      let found = try await transaction.query([
        """
        select id, role = 'owner' and deactivated_at is null from app_user
        where role = 'owner' and deactivated_at is null or id = \(id)
        order by id for no key update
        """,
        Self.profile(id),
      ])
      let owners = try found[0].filter { try $0.decode(1) }.map { try $0.decode(0, as: Int64.self) }
      guard owners.contains(database.userID) else { throw AccessError.notOwner }
      guard let user = try found[1].first.map({ try UserProfile($0) }) else { return nil }
      try check(user)
      let results = try await transaction.query(
        try statements(user, owners.contains { $0 != id }) + [Self.profile(id)])
      // A user who was erased is shown as they were.
      return try results.last?.first.map { try UserProfile($0) } ?? user
    }
  }
}
