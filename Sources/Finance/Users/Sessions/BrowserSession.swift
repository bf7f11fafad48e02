import Crypto
import Foundation
import PostgresClient
import Tenancy

/// What a browser has of a session: whose it is, its id, and the secret that it keeps. It is one of the
/// sessions that a user sees and ends, and each use looks it up.
///
/// It is not replaced at each use, as a ``RefreshToken`` is: pages are opened side by side, and no
/// script can read the cookie that it lies in.
package struct BrowserSession: Sendable {
  let user: Int64
  let id: Int64
  let secret: RandomSecret

  /// Nil if `text` cannot be one.
  package init?(_ text: String) {
    guard let bytes = [UInt8](base64URL: text), bytes.count == 16 + RandomSecret.byteCount else {
      return nil
    }
    user = Int64(bytes: bytes[0..<8])
    id = Int64(bytes: bytes[8..<16])
    secret = RandomSecret(bytes.dropFirst(16))
  }

  fileprivate init(user: Int64, id: Int64, secret: RandomSecret) {
    self.user = user
    self.id = id
    self.secret = secret
  }

  /// The secret itself. Whoever asks answers for where it goes.
  package var text: String { (user.bytes + id.bytes + secret.bytes).base64URL }

  /// What a form of this session has, and no other site can know. Each is another text, so that what
  /// is compressed with it does not tell it.
  package var formToken: String {
    let pad = RandomSecret.bytes(count: RandomSecret.byteCount)
    return (pad + zip(pad, formSecret).map { $0 ^ $1 }).base64URL
  }

  /// Whether the text is a ``formToken`` of this session.
  package func accepts(formToken text: String) -> Bool {
    let count = RandomSecret.byteCount
    guard let bytes = [UInt8](base64URL: text), bytes.count == 2 * count else { return false }
    let secret = zip(bytes.prefix(count), bytes.suffix(count)).map { $0 ^ $1 }
    return zip(secret, formSecret).reduce(0) { $0 | $1.0 ^ $1.1 } == 0
  }

  private var formSecret: [UInt8] {
    Array(
      HMAC<SHA256>.authenticationCode(
        for: Data("form".utf8), using: SymmetricKey(data: secret.bytes)))
  }
}

extension BrowserSession: CustomStringConvertible, CustomReflectable {
  package var description: String { "<browser session \(id)>" }
  package var customMirror: Mirror { Mirror(self, children: ["id": id]) }
}

extension SignedIn {
  /// The session as a browser has it.
  package var browserSession: BrowserSession {
    BrowserSession(user: claims.userID, id: refreshToken.session, secret: refreshToken.family)
  }
}

extension UserDatabase {
  /// Lets a browser's session last for another 30 days: once an hour at most, since it takes a round
  /// trip of its own. To be called when the session has opened something.
  ///
  /// - Throws: `InvalidToken`, `PostgresError`.
  package func noteUse(of browser: BrowserSession) async throws {
    guard RecentUses.ofBrowserSessions.isDue(browser.secret.hash) else { return }
    _ = try await transaction([
      """
      update user_session set last_used_at = now(), expires_at = now() + interval '30 days'
      where id = \(browser.id) and user_id = \(userID)
        and last_used_at < now() - interval '1 hour'
      """
    ])
  }
}

extension RecentUses {
  fileprivate static let ofBrowserSessions = RecentUses(every: .seconds(3600))
}
