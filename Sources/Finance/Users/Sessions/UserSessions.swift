import Foundation
import PostgresClient

/// One place where a user is signed in.
package struct UserSession: Sendable, Equatable {
  package let id: Int64
  package let userAgent: String?
  /// The client's address at the last refresh.
  package let peer: String
  package let createdAt: Date
  package let lastUsedAt: Date
  package let expiresAt: Date
}

/// A user's own sessions.
package struct UserSessions: Sendable {
  private let database: UserDatabase

  package init(_ database: UserDatabase) {
    self.database = database
  }

  /// Those that go on, the newest first.
  ///
  /// - Parameter id: list only older ones.
  /// - Throws: `InvalidToken`, `PostgresError`.
  package func list(limit: Int, before id: Int64? = nil) async throws -> [UserSession] {
    try await database.query(
      """
      select id, user_agent, peer, created_at, last_used_at, expires_at from user_session
      where user_id = \(database.userID) and expires_at > now() and id < \(id ?? .max)
      order by id desc limit \(limit)
      """
    ).map { row in
      UserSession(
        id: try row.decode(0), userAgent: try row.decodeIfPresent(1), peer: try row.decode(2),
        createdAt: try row.decode(3), lastUsedAt: try row.decode(4), expiresAt: try row.decode(5))
    }
  }

  /// Signs out of one session.
  ///
  /// - Returns: whether there was one.
  /// - Throws: `InvalidToken`, `PostgresError`.
  package func end(_ id: Int64) async throws -> Bool {
    try await database.transaction([
      "delete from user_session where id = \(id) and user_id = \(database.userID)"
    ])[0].affectedRows > 0
  }

  /// Signs out of every session, this one too, and of tokens that were issued without one.
  ///
  /// - Throws: `InvalidToken`, `PostgresError`.
  package func endAll() async throws {
    _ = try await database.transaction(UserStore.endAccess(of: database.userID, but: nil))
  }
}
