import Crypto
import Foundation
import PostgresClient
import Tenancy

/// A token that a user gives a program of theirs, without a session behind it.
package struct PersonalToken: Sendable, Equatable {
  package enum Scope: String, Sendable, CaseIterable, PostgresText {
    case read, write
  }

  package let id: Int64
  package let name: String
  package let scope: Scope
  package let createdAt: Date
  /// To the minute.
  package let lastUsedAt: Date?
  /// Nil if it is good until it is revoked.
  package let expiresAt: Date?
}

/// The token itself: `terrace_pat_`, and in base 64 the scope, the user's id and 256 random bits. Its
/// hash is that of the whole text, so that nobody can change what it says.
struct PersonalTokenText: Sendable {
  private static let prefix = "terrace_pat_"

  let userID: Int64
  let scope: PersonalToken.Scope
  /// The secret itself. Whoever asks answers for where it goes.
  let text: String

  /// A new one.
  init(of userID: Int64, scope: PersonalToken.Scope) {
    self.userID = userID
    self.scope = scope
    let bytes = [scope == .write ? 1 : 0] + userID.bytes + RandomSecret().bytes
    text = Self.prefix + bytes.base64URL
  }

  /// What `text` says, whether or not it is live; nil if it is no personal token.
  init?(_ text: String) {
    guard text.hasPrefix(Self.prefix),
      let bytes = [UInt8](base64URL: text.dropFirst(Self.prefix.count)),
      bytes.count == 9 + RandomSecret.byteCount, bytes[0] <= 1
    else { return nil }
    scope = bytes[0] == 1 ? .write : .read
    userID = Int64(bytes: bytes[1..<9])
    self.text = text
  }

  var hash: [UInt8] { Array(SHA256.hash(data: Data(text.utf8))) }
}
