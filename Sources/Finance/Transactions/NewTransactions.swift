import PostgresClient

/// Transactions that are to be added, all or none, and what must be known for it.
package struct NewTransactions: Sendable {
  let drafts: [TransactionDraft]
  /// Leads to the element of a list in what ``InvalidInput`` says; nil where it is one that was asked
  /// for.
  let prefix: String?
  /// Are applied to them first.
  let rules: RuleRun?

  package init(_ drafts: [TransactionDraft], prefix: String? = nil, rules: RuleRun? = nil) {
    self.drafts = drafts
    self.prefix = prefix
    self.rules = rules
  }

  /// Finds the accounts, new ids, payees and tags that are there, and the rules, in this order.
  func lookups(in ledgerID: Int64) -> [PostgresQuery] {
    let payees = drafts.compactMap { $0.payee.flatMap { $0.isEmpty ? nil : $0 } }
    return [
      BookAccounts.query(Array(Set(drafts.flatMap(\.accountIDs))), in: ledgerID),
      """
      select nextval((select pg_get_serial_sequence('transaction', 'id')::regclass))
      from generate_series(1, \(drafts.count))
      """,
      NamedStore.payeeQuery(payees, in: ledgerID),
      NamedStore.tagQuery(drafts.flatMap(\.tags), in: ledgerID),
    ] + (rules.map { [$0.query(in: ledgerID)] } ?? [])
  }
}

extension LedgerDatabase {
  /// Adds transactions at most once for one key within 24 hours, in two round trips where there are no
  /// rules and no new names.
  ///
  /// - Parameter answer: of the transactions, in order.
  /// - Returns: the answer, and whether it is that of an earlier request.
  /// - Throws: As `LedgerWriter.create` and ``write(once:_:)``.
  package func create(
    _ new: NewTransactions, once key: IdempotencyKey?,
    answer: ([Transaction]) -> StoredAnswer
  ) async throws -> (answer: StoredAnswer, isReplay: Bool) {
    try await write(once: key, reading: new.lookups(in: ledgerID)) { writer, lookups in
      // The answer to a request with a key is written after it.
      answer(try await writer.create(new, lookups, isLast: key == nil))
    }
  }
}
