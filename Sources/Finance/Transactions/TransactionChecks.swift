import Tenancy

/// What keeps a transaction from being written.
extension LedgerWriter {
  static func externalIDTaken(_ paths: [[String]]) -> BooksConflict {
    BooksConflict(
      "external-id-taken", "The account has another transaction with this external_id.",
      faults: paths.map { .init($0 + ["external_id"], "is that of another transaction") })
  }

  /// Which of the drafts have an external id that their account has already, or has by an earlier
  /// one of them.
  func takenExternalIDs(in drafts: [TransactionDraft]) async throws -> [Int] {
    let ids = drafts.compactMap(\.externalID)
    guard !ids.isEmpty else { return [] }
    let rows = try await run(
      """
      select account_id, external_id from transaction
      where ledger_id = \(ledgerID) and external_id = any(\(ids)) and deleted_at is null
        and account_id = any(\(Array(Set(drafts.map(\.accountID)))))
      """)[0]
    var taken: Set<[String]> = []
    for row in rows {
      taken.insert([String(try row.decode(0, as: Int64.self)), try row.decode(1)])
    }
    return drafts.indices.filter { index in
      guard let id = drafts[index].externalID else { return false }
      return !taken.insert([String(drafts[index].accountID), id]).inserted
    }
  }

  /// - Throws: ``BooksConflict`` if the transaction was taken for the half of a transfer, which has
  ///   its money already.
  func refuseMerged(_ transaction: Transaction) async throws {
    let rows = try await run(
      """
      select t.id from dismissed_transfer d join transaction t
        on t.id = case when d.outgoing_id = \(transaction.id) then d.incoming_id
          else d.outgoing_id end
      where d.ledger_id = \(ledgerID) and \(transaction.id) in (d.outgoing_id, d.incoming_id)
        and t.deleted_at is null and exists (
          select from entry e
          where e.transaction_id = t.id
            and \(transaction.accountID) in (e.from_account, e.to_account))
      limit 1
      """)[0]
    guard let row = rows.first else { return }
    throw BooksConflict(
      "transfer-merged",
      """
      Transaction \(try row.decode(0, as: Int64.self)) is a transfer that has this money already. Set \
      its transfer_account_id to null first.
      """)
  }
}

extension TransactionPatch {
  /// - Parameter currencies: of what is to be changed.
  /// - Throws: ``InvalidInput`` if it goes to an account in another currency with the same number,
  ///   which would be another amount.
  func refuseMissingAmount(
    in currencies: [Currency], _ accounts: BookAccounts
  ) throws(InvalidInput) {
    guard let accountID, amount == nil, let currency = accounts.real(accountID)?.currency,
      currencies.contains(where: { $0 != currency })
    else { return }
    throw InvalidInput("amount", "is required, since the account is in \(currency.code)")
  }
}
