import Crypto
import Foundation
import Tenancy

/// What a session gets its next access token with, once: the session's id, a secret that the session
/// keeps, and one that every use replaces.
///
/// The first secret tells a used token from one that somebody made up: nobody can end a session that
/// they never had a token of.
package struct RefreshToken: Sendable {
  let session: Int64
  let family: RandomSecret
  let secret: RandomSecret

  init(session: Int64, family: RandomSecret, secret: RandomSecret) {
    self.session = session
    self.family = family
    self.secret = secret
  }

  /// Nil if `text` cannot be one.
  package init?(_ text: String) {
    let count = RandomSecret.byteCount
    guard let bytes = [UInt8](base64URL: text), bytes.count == 8 + 2 * count else { return nil }
    session = Int64(bytes: bytes.prefix(8))
    family = RandomSecret(bytes.dropFirst(8).prefix(count))
    secret = RandomSecret(bytes.suffix(count))
  }

  /// The token that follows: another one each time, but for one key always the same, which nobody can
  /// tell who has not both.
  func next(_ key: String?) -> RefreshToken {
    guard let key else {
      return RefreshToken(session: session, family: family, secret: RandomSecret())
    }
    let derived = HKDF<SHA256>.deriveKey(
      inputKeyMaterial: SymmetricKey(data: secret.bytes), info: Data("next:\(key)".utf8),
      outputByteCount: RandomSecret.byteCount)
    return RefreshToken(
      session: session, family: family, secret: derived.withUnsafeBytes { RandomSecret($0) })
  }

  /// The secret itself. Whoever asks answers for where it goes.
  package var text: String { (session.bytes + family.bytes + secret.bytes).base64URL }
}

extension RefreshToken: CustomStringConvertible, CustomReflectable {
  package var description: String { "<refresh token of session \(session)>" }
  package var customMirror: Mirror { Mirror(self, children: ["session": session]) }
}
