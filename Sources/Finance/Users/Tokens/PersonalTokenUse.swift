import PostgresClient

extension UserDatabase {
  /// Writes down that the personal token was used just now, if it is one: once a minute at most, since
  /// it takes a round trip of its own. To be called when the token has opened something.
  ///
  /// - Throws: `InvalidToken`, `PostgresError`.
  package func notePersonalTokenUse() async throws {
    guard let hash = personalTokenHash, RecentUses.ofPersonalTokens.isDue(hash) else { return }
    _ = try await transaction([
      """
      update personal_token set last_used_at = now()
      where user_id = \(userID) and token_hash = \(hash)
        and (last_used_at is null or last_used_at < now() - interval '1 minute')
      """
    ])
  }
}

extension RecentUses {
  fileprivate static let ofPersonalTokens = RecentUses(every: .seconds(60))
}
