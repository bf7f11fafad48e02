import Foundation
import PostgresClient
import Tenancy

/// A user's own personal tokens.
package struct PersonalTokenStore: Sendable {
  /// A user has so many at most.
  package static let maximum = 100

  package let database: UserDatabase

  package init(_ database: UserDatabase) {
    self.database = database
  }

  private static let columns: StaticString =
    "id, name, scope, created_at, last_used_at, expires_at"

  /// The newest first.
  ///
  /// - Parameter id: list only older ones.
  /// - Throws: `InvalidToken`, `PostgresError`.
  package func list(limit: Int, before id: Int64? = nil) async throws -> [PersonalToken] {
    try await database.query(
      """
      select \(sql: Self.columns) from personal_token
      where user_id = \(database.userID) and id < \(id ?? .max)
      order by id desc limit \(limit)
      """
    ).map { try PersonalToken($0) }
  }

  /// - Returns: nil if there is none.
  /// - Throws: `InvalidToken`, `PostgresError`.
  package func token(_ id: Int64) async throws -> PersonalToken? {
    try await database.query(
      """
      select \(sql: Self.columns) from personal_token
      where user_id = \(database.userID) and id = \(id)
      """
    ).first.map { try PersonalToken($0) }
  }

  /// Makes a token.
  ///
  /// - Returns: the token, and its text, which is nowhere else.
  /// - Throws: ``AccessError/tooManyTokens``, `InvalidToken`, `PostgresError`.
  package func create(
    _ name: DisplayName, scope: PersonalToken.Scope, expiresAt: Date?, _ writer: UserWriter
  ) async throws -> (token: PersonalToken, text: String) {
    let text = PersonalTokenText(of: database.userID, scope: scope)
    let transaction = writer.transaction
    // One at a time, so that no more are made than may be; and none once the user's access has ended,
    // which locks the row, too.
    let results = try await transaction.query([
      "select from app_user where id = \(database.userID) for no key update",
      writer.isLive,
      "select count(*) from personal_token where user_id = \(database.userID)",
    ])
    guard !results[1].isEmpty else { throw InvalidToken() }
    guard try results[2][0].decode(0) < Self.maximum else { throw AccessError.tooManyTokens }
    let rows = try await transaction.query(
      """
      insert into personal_token (user_id, name, scope, token_hash, expires_at)
      values (\(database.userID), \(name.text), \(scope), \(text.hash), \(expiresAt))
      returning \(sql: Self.columns)
      """)
    return (try PersonalToken(rows[0]), text.text)
  }

  /// Revokes a token.
  ///
  /// - Returns: whether there was one.
  /// - Throws: `InvalidToken`, `PostgresError`.
  package func delete(_ id: Int64) async throws -> Bool {
    try await database.transaction([
      "delete from personal_token where id = \(id) and user_id = \(database.userID)"
    ])[0].affectedRows > 0
  }
}

extension PersonalToken {
  fileprivate init(_ row: PostgresRow) throws(PostgresError) {
    id = try row.decode(0)
    name = try row.decode(1)
    scope = try row.decode(2)
    createdAt = try row.decode(3)
    lastUsedAt = try row.decodeIfPresent(4)
    expiresAt = try row.decodeIfPresent(5)
  }
}
