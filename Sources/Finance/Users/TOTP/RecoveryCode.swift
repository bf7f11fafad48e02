import Crypto
import Foundation
import Tenancy

/// What lets a user in once in place of a code: 80 random bits in base 32, as four groups of four.
///
/// It is typed by hand, so it is shorter than the other secrets. Without the hashes it can only be
/// guessed at the server, which counts; with them 2^79 hashes find one.
struct RecoveryCode: Sendable {
  static let count = 10

  /// 16 characters.
  private let characters: String

  /// What the user is shown.
  var text: String {
    stride(from: 0, to: 16, by: 4).map { characters.dropFirst($0).prefix(4) }
      .joined(separator: "-")
  }

  /// What is stored.
  var hash: String { SHA256.hash(data: Data(characters.utf8)).hex }

  /// A new one.
  init() {
    characters = Base32.encode(RandomSecret.bytes(count: 10)).lowercased()
  }

  /// Nil if `text` is none. Case, hyphens and white space do not count.
  init?(_ text: String) {
    let typed = text.lowercased().filter { !$0.isWhitespace && $0 != "-" }
    guard typed.utf8.count == 16,
      typed.uppercased().utf8.allSatisfy(Base32.alphabet.contains)
    else { return nil }
    characters = typed
  }
}
