import PostgresClient
import Tenancy

/// Decides on pairs of transactions that look like transfers.
extension LedgerWriter {
  /// Makes one transfer of the two. The earlier transaction becomes the transfer; the other one is
  /// deleted, but kept, so that an import knows its external id.
  ///
  /// - Returns: the transfer, with the tags of both, and what the earlier one does not say by the other.
  /// - Throws: ``NotFound`` if the two are no such pair, or no longer.
  package func acceptTransfer(_ id: TransferSuggestion.ID) async throws -> Transaction {
    let pair = try await pair(id)
    let isOutgoingKept =
      (pair.outgoing.date, pair.outgoing.id) < (pair.incoming.date, pair.incoming.id)
    let kept = isOutgoingKept ? pair.outgoing : pair.incoming
    let other = isOutgoingKept ? pair.incoming : pair.outgoing
    try await delete([other.id])
    try await settle(id)
    return try await update([kept.id], TransactionPatch(joining: kept, with: other))[0]
  }

  /// Remembers that the two are no transfer.
  ///
  /// - Throws: ``NotFound`` if the two are no such pair, or no longer.
  package func dismissTransfer(_ id: TransferSuggestion.ID) async throws {
    _ = try await pair(id)
    try await settle(id)
  }

  /// Remembers that the two are decided on, so that they are not suggested again, and a half that is
  /// in a transfer by now is not restored.
  private func settle(_ id: TransferSuggestion.ID) async throws {
    try await run(
      """
      insert into dismissed_transfer (ledger_id, outgoing_id, incoming_id)
      values (\(ledgerID), \(id.outgoing), \(id.incoming))
      """)
  }

  private func pair(_ id: TransferSuggestion.ID) async throws -> TransferSuggestion {
    let results = try await run(
      TransferSuggestionStore.query(id, in: ledgerID),
      TransactionRows.query(ids: [id.outgoing, id.incoming], in: ledgerID))
    let found = try TransactionRows.transactions(results[1])
    guard !results[0].isEmpty, let outgoing = found.first(where: { $0.id == id.outgoing }),
      let incoming = found.first(where: { $0.id == id.incoming })
    else { throw NotFound() }
    return TransferSuggestion(outgoing: outgoing, incoming: incoming)
  }
}

extension TransactionPatch {
  /// What makes a transfer of a transaction and the other half of it.
  fileprivate init(joining transaction: Transaction, with other: Transaction) {
    self.init()
    target.transferAccountID = .set(other.accountID)
    if other.date != transaction.date { target.transferDate = .set(other.date) }
    transferStatus = other.status
    tagsAdded = other.tags
    if transaction.payee == nil, let payee = other.payee { self.payee = .set(payee.name) }
    if transaction.memo.isEmpty { memo = other.memo }
  }
}
