import Crypto
import Foundation
import PostgresClient
import Synchronization
import Tenancy

extension UserDatabase {
  /// Writes down that the personal token was used just now, if it is one: once a minute at most, since
  /// it takes a round trip of its own. To be called when the token has opened something.
  ///
  /// - Throws: `InvalidToken`, `PostgresError`.
  package func notePersonalTokenUse() async throws {
    guard let hash = personalTokenHash, PersonalTokenUses.isDue(hash) else { return }
    _ = try await transaction([
      """
      update personal_token set last_used_at = now()
      where user_id = \(userID) and token_hash = \(hash)
        and (last_used_at is null or last_used_at < now() - interval '1 minute')
      """
    ])
  }
}

/// When this process last wrote down that a token was used.
private enum PersonalTokenUses {
  private static let interval = Duration.seconds(60)
  private static let written = Mutex(
    GenerationalCache<[UInt8], ContinuousClock.Instant>(capacity: 4096))

  static func isDue(_ hash: [UInt8]) -> Bool {
    let now = ContinuousClock.now
    return written.withLock { written in
      if let last = written.entry(for: hash), last.duration(to: now) < interval { return false }
      written.insert(now, for: hash)
      return true
    }
  }
}
