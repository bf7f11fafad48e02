import Crypto
import Foundation
import PostgresClient
import Tenancy

/// A change of a user's own under way.
package struct UserWriter: Sendable {
  let transaction: PostgresTransaction
  let userID: Int64
  /// Finds a row while the user's token is good.
  let isLive: PostgresQuery
}

extension UserDatabase {
  /// Changes something of the user's own, all or nothing.
  ///
  /// - Throws: What `body` throws, `InvalidToken`, `PostgresError`.
  package func write<R: Sendable>(
    _ body: (UserWriter) async throws -> R
  ) async throws -> R {
    try await withTransaction { transaction in
      try await body(UserWriter(transaction: transaction, userID: userID, isLive: isLive))
    }
  }

  /// Changes something of the user's own, all or nothing, and at most once for one key within 24 hours.
  ///
  /// The answer may have a secret in it, of which nothing else is kept but a hash. It is kept sealed
  /// under the key, of which only a hash is kept, too: whoever reads the table learns neither.
  ///
  /// - Returns: the answer, and whether it is that of an earlier request.
  /// - Throws: ``IdempotencyKeyReused``, what `body` throws, `InvalidToken`, `PostgresError`.
  package func write(
    once key: IdempotencyKey?, _ body: (UserWriter) async throws -> StoredAnswer
  ) async throws -> (answer: StoredAnswer, isReplay: Bool) {
    try await withTransaction { transaction in
      let writer = UserWriter(transaction: transaction, userID: userID, isLive: isLive)
      guard let key else { return (try await body(writer), false) }
      let seal = AnswerSeal(key)
      if let earlier = try await seal.key.take(for: userID, in: transaction) {
        return (try seal.open(earlier), true)
      }
      let answer = try await body(writer)
      try await seal.key.keep(seal.close(answer), for: userID, in: transaction)
      return (answer, false)
    }
  }
}

/// Seals answers under the client's key (AES-256-GCM).
private struct AnswerSeal {
  /// What stands for the client's key in the table.
  let key: IdempotencyKey
  private let secret: SymmetricKey

  init(_ key: IdempotencyKey) {
    let text = Data(key.key.utf8)
    self.key = IdempotencyKey(
      key: "sha256:" + SHA256.hash(data: text).hex, requestHash: key.requestHash)
    secret = HKDF<SHA256>.deriveKey(
      inputKeyMaterial: SymmetricKey(data: text), info: Data("answer".utf8), outputByteCount: 32)
  }

  func close(_ answer: StoredAnswer) throws -> StoredAnswer {
    let box = try AES.GCM.seal(
      Data(answer.body.utf8), using: secret, authenticating: Data(key.requestHash))
    return StoredAnswer(
      status: answer.status, headers: answer.headers,
      body: Array(Data(box.nonce) + box.ciphertext + box.tag).base64URL)
  }

  func open(_ answer: StoredAnswer) throws -> StoredAnswer {
    guard let sealed = [UInt8](base64URL: answer.body) else { throw InvalidSeal() }
    let body = try AES.GCM.open(
      AES.GCM.SealedBox(combined: sealed), using: secret, authenticating: Data(key.requestHash))
    return StoredAnswer(
      status: answer.status, headers: answer.headers, body: String(decoding: body, as: UTF8.self))
  }

  /// What is kept was not written here.
  private struct InvalidSeal: Error {}
}
