import PostgresClient

/// Writes the payees of one ledger. New ones come with transactions.
extension LedgerWriter {
  /// Gives a payee another name; nil keeps the one it has. Its transactions are
  /// found by it from now on, and rules and recurrences set it.
  ///
  /// - Throws: ``NotFound``; ``BooksConflict`` if another payee has the name; what `check` throws.
  package func renamePayee(
    _ id: Int64, to name: String?, check: (Payee) throws -> Void = { _ in }
  ) async throws -> Payee {
    let old = try await payee(id)
    try check(old)
    guard let name, name != old.name else { return old }
    let key = NameKey.key(of: name)
    let others = try await run(
      "select id from payee where ledger_id = \(ledgerID) and name_key = \(key) and id <> \(id)")[0]
    if let other: Int64 = try others.first?.decode(0) {
      throw BooksConflict(
        "payee-name-taken",
        "Payee \(other) has this name. POST payees/\(id)/merge with into \(other) joins the two.")
    }
    try await run(
      """
      update payee set name = \(name), name_key = \(key), version = \(version), updated_at = now()
      where ledger_id = \(ledgerID) and id = \(id)
      """)
    try await refreshTransactions(of: id)
    try await follow(.payee(old.name, to: name))
    return try await payee(id)
  }

  /// Gives all transactions of a payee, deleted ones included, to another one, and removes it. Rules and
  /// recurrences set the other one from now on.
  ///
  /// - Returns: the other payee.
  /// - Throws: ``NotFound``; ``InvalidInput`` if the other one is no other payee of the ledger.
  package func mergePayee(_ id: Int64, into other: Int64) async throws -> Payee {
    let old = try await payee(id)
    guard id != other else { throw InvalidInput("into", "must be another payee") }
    guard let row = try await run(PayeeStore.query(id: other, in: ledgerID))[0].first else {
      throw InvalidInput("into", "is no payee of this ledger")
    }
    try await follow(.payee(old.name, to: try Payee(row).name))
    let moved = try await run(
      """
      update transaction set payee_id = \(other) where ledger_id = \(ledgerID) and payee_id = \(id)
      returning id
      """)[0].map { try $0.decode(0, as: Int64.self) }
    try await refresh(moved)
    try await remove(payee: id)
    return try await payee(other)
  }

  /// Removes a payee that no transaction has. Rules and recurrences no longer set it.
  ///
  /// - Throws: ``NotFound``; ``BooksConflict`` if a transaction has it; what `check` throws.
  package func deletePayee(
    _ id: Int64, check: (Payee) throws -> Void = { _ in }
  ) async throws {
    let old = try await payee(id)
    try check(old)
    let uses = try await run("select from transaction where payee_id = \(id) limit 1")[0]
    guard uses.isEmpty else {
      throw BooksConflict(
        "payee-in-use",
        "The payee has transactions, which may be deleted ones. It can be merged instead.")
    }
    try await follow(.payee(old.name, to: nil))
    try await remove(payee: id)
  }

  private func payee(_ id: Int64) async throws -> Payee {
    let rows = try await run(PayeeStore.query(id: id, in: ledgerID))[0]
    guard let row = rows.first else { throw NotFound() }
    return try Payee(row)
  }

  private func remove(payee id: Int64) async throws {
    try await run(
      "delete from payee where ledger_id = \(ledgerID) and id = \(id)",
      noteDeletion(of: "payee", id))
  }

  private func refreshTransactions(of payee: Int64) async throws {
    let ids = try await run(
      "select id from transaction where ledger_id = \(ledgerID) and payee_id = \(payee)")[0]
    try await refresh(try ids.map { try $0.decode(0) })
  }

  /// Has transactions found by the names that their payees have now, and stamps them as changed.
  private func refresh(_ transactions: [Int64]) async throws {
    let batch = 1000
    for start in stride(from: 0, to: transactions.count, by: batch) {
      let ids = Array(transactions[start..<min(start + batch, transactions.count)])
      let rows = try await run(
        """
        select t.id, p.name, t.memo, array(
          select memo from entry where transaction_id = t.id and memo <> '' order by part, id)
        from transaction t join payee p on p.id = t.payee_id
        where t.ledger_id = \(ledgerID) and t.id = any(\(ids))
        """)[0]
      let texts = try rows.map { row in
        try [row.decode(1), row.decode(2)] + row.decode(3, as: [String].self)
      }
      try await run(
        """
        update transaction set search = to_tsvector('simple', new.words), version = \(version),
          updated_at = now()
        from unnest(
          \(try rows.map { try $0.decode(0, as: Int64.self) })::bigint[],
          \(texts.map(SearchText.words))::text[]) as new (id, words)
        where transaction.id = new.id
        """)
    }
  }
}
