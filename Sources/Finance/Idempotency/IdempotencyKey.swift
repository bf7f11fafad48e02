import PostgresClient

/// Names a request, so that it takes effect once however often it is sent.
package struct IdempotencyKey: Sendable, Hashable {
  /// The client's name for it; a user's own.
  package let key: String
  /// The SHA-256 of what was asked for.
  package let requestHash: [UInt8]

  package init(key: String, requestHash: [UInt8]) {
    self.key = key
    self.requestHash = requestHash
  }
}

/// The user has named another request so, within a day.
package struct IdempotencyKeyReused: Error {}

/// What a request was answered, so that it can be answered so again.
package struct StoredAnswer: Sendable, Hashable {
  package let status: Int
  /// Lines of `name: value`.
  package let headers: String
  package let body: String

  package init(status: Int, headers: String, body: String) {
    self.status = status
    self.headers = headers
    self.body = body
  }
}

extension LedgerDatabase {
  /// Changes the ledger as ``write(_:)`` does, at most once for one key within 24 hours. The answer is
  /// written with the change: there is never one without the other.
  ///
  /// - Returns: the answer, and whether it is that of an earlier request.
  /// - Throws: As ``write(_:)``, and ``IdempotencyKeyReused``.
  package func write(
    once key: IdempotencyKey?, _ body: (LedgerWriter) async throws -> StoredAnswer
  ) async throws -> (answer: StoredAnswer, isReplay: Bool) {
    try await write(once: key, reading: []) { writer, _ in try await body(writer) }
  }

  /// Changes the ledger as ``write(once:_:)`` does.
  ///
  /// - Parameter queries: as of ``write(reading:_:)``.
  func write(
    once key: IdempotencyKey?, reading queries: [PostgresQuery],
    _ body: (LedgerWriter, [PostgresRows]) async throws -> StoredAnswer
  ) async throws -> (answer: StoredAnswer, isReplay: Bool) {
    try await write(reading: queries) { writer, results in
      guard let key else { return (try await body(writer, results), false) }
      let (transaction, user) = (writer.transaction, writer.userID)
      if let earlier = try await key.take(for: user, in: transaction) { return (earlier, true) }
      let answer = try await body(writer, results)
      try await key.keep(answer, for: user, in: transaction)
      return (answer, false)
    }
  }
}

extension IdempotencyKey {
  /// Takes the key for this request.
  ///
  /// - Returns: the answer of an earlier request with this key, if there is one.
  func take(for userID: Int64, in transaction: PostgresTransaction) async throws -> StoredAnswer? {
    let results = try await transaction.query([
      """
      delete from idempotency_key
      where user_id = \(userID) and created_at < now() - interval '24 hours'
      """,
      """
      insert into idempotency_key (user_id, key, request_hash)
      values (\(userID), \(key), \(requestHash))
      on conflict (user_id, key) do nothing
      """,
      """
      select request_hash, status, headers, body from idempotency_key
      where user_id = \(userID) and key = \(key)
      """,
    ])
    guard results[1].affectedRows == 0, let row = results[2].first else { return nil }
    guard try row.decode(0, as: [UInt8].self) == requestHash else {
      throw IdempotencyKeyReused()
    }
    return StoredAnswer(
      status: try row.decode(1), headers: try row.decode(2), body: try row.decode(3))
  }
  /// Keeps the answer of the request that took the key.
  func keep(
    _ answer: StoredAnswer, for userID: Int64, in transaction: PostgresTransaction
  ) async throws {
    try await transaction.query(
      """
      update idempotency_key
      set status = \(answer.status), headers = \(answer.headers), body = \(answer.body)
      where user_id = \(userID) and key = \(key)
      """)
  }
}
