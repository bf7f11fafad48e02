import PostgresClient
import Tenancy

/// Writes the reconciliations of one ledger's accounts.
extension LedgerWriter {
  /// The payee of the transaction that makes a balance what the statement says.
  private static let adjustmentPayee = "Reconciliation adjustment"

  /// Begins to compare an account with a statement. One that is open with the same statement is gone on
  /// with: whoever begins twice has begun once.
  ///
  /// - Returns: the one that was begun, or the open one.
  /// - Throws: ``NotFound`` if there is no such account, ``InvalidInput``.
  package func createReconciliation(
    of account: Int64, _ draft: StatementDraft
  ) async throws -> Reconciliation {
    let accounts = try await run(ReconciliationStore.account(account, in: ledgerID))[0]
    guard let row = accounts.first else { throw NotFound() }
    let balance = try Self.check(draft, in: Currency(code: try row.decode(0)))
    // Writers of a ledger come one after the other, so that nobody begins one in between.
    let open = try await run(
      """
      select id from reconciliation
      where ledger_id = \(ledgerID) and account_id = \(account) and finished_at is null
        and statement_date = \(draft.date) and statement_balance = \(balance.minorUnits)
      order by id desc limit 1
      """)[0]
    if let row = open.first { return try await reconciliation(try row.decode(0), of: account) }
    let id: Int64 = try await run(
      """
      insert into reconciliation (
        ledger_id, account_id, statement_date, statement_balance, version)
      values (\(ledgerID), \(account), \(draft.date), \(balance.minorUnits), \(version))
      returning id
      """)[0][0].decode(0)
    return try await reconciliation(id, of: account)
  }

  /// Locks what is cleared in the account up to the statement's date. One that is finished already
  /// stays as it is.
  ///
  /// - Parameter adjusting: whether a transaction makes up for what differs.
  /// - Throws: ``NotFound``; ``BooksConflict`` if the statement differs from what is cleared;
  ///   ``InvalidInput`` if the transaction that makes up for it cannot be; what `check` throws.
  package func finishReconciliation(
    _ id: Int64, of account: Int64, adjusting: Bool,
    check: (Reconciliation) throws -> Void = { _ in }
  ) async throws -> Reconciliation {
    let open = try await reconciliation(id, of: account)
    try check(open)
    guard !open.isFinished else { return open }
    if open.difference != 0 {
      guard adjusting else { throw Self.notBalanced(open) }
      try await adjust(open)
    }
    let entries = try await lock(upTo: open.statementDate, in: account)
    try await run(
      """
      update reconciliation set finished_at = now(), updated_at = now(), version = \(version),
        entry_ids = \(entries)
      where ledger_id = \(ledgerID) and id = \(id)
      """)
    return try await reconciliation(id, of: account)
  }

  /// Removes a reconciliation. What a finished one has locked is cleared again; the transaction that
  /// made up for a difference stays.
  ///
  /// - Throws: ``NotFound``; ``BooksConflict`` if it is finished and a later one is as well; what
  ///   `check` throws.
  package func deleteReconciliation(
    _ id: Int64, of account: Int64, check: (Reconciliation) throws -> Void = { _ in }
  ) async throws {
    let old = try await reconciliation(id, of: account)
    try check(old)
    if old.isFinished {
      // The version is that of the change that finished it. An import finishes several in one change.
      let later = try await run(
        """
        select from reconciliation
        where account_id = \(account) and finished_at is not null
          and (version, id) > (\(old.version), \(id))
        limit 1
        """)[0]
      guard later.isEmpty else {
        throw BooksConflict(
          "reconciliation-not-latest",
          "A later reconciliation of the account is finished. Undo that one first.")
      }
      try await unlock(id, in: account)
    }
    try await run(
      "delete from reconciliation where ledger_id = \(ledgerID) and id = \(id)",
      noteDeletion(of: "reconciliation", id))
  }

  /// Removes what there is of an account that has no entries.
  func removeReconciliations(of account: Int64) async throws {
    try await run(
      """
      insert into deletion (ledger_id, version, type, object_id)
      select ledger_id, \(version)::bigint, 'reconciliation', id from reconciliation
      where ledger_id = \(ledgerID) and account_id = \(account)
      """,
      "delete from reconciliation where ledger_id = \(ledgerID) and account_id = \(account)")
  }

  private static func check(
    _ draft: StatementDraft, in currency: Currency
  ) throws(InvalidInput) -> Money {
    var faults: [InvalidInput.Fault] = []
    if !Posting.years.contains(draft.date.year) {
      faults.append(
        .init(
          ["statement_date"],
          "must be in the years \(Posting.years.lowerBound) to \(Posting.years.upperBound)"))
    }
    var balance = Money(minorUnits: 0, currency: currency)
    do {
      balance = try Money(draft.balance, in: currency)
    } catch {
      faults.append(.init(["statement_balance"], error.message))
    }
    guard faults.isEmpty else { throw InvalidInput(faults) }
    return balance
  }

  private static func notBalanced(_ open: Reconciliation) -> BooksConflict {
    BooksConflict(
      "not-balanced",
      """
      The statement's balance less what is cleared is \(open.currency.text(open.difference)) \
      \(open.currency.code). Clear what is missing, or finish with adjust.
      """)
  }

  private func adjust(_ open: Reconciliation) async throws {
    guard let difference = DecimalNumber(open.currency.text(open.difference)) else {
      throw Self.notBalanced(open)
    }
    _ = try await create([
      TransactionDraft(
        accountID: open.accountID, date: open.statementDate, amount: difference,
        payee: Self.adjustmentPayee)
    ])
  }

  /// Locks the account's side of its cleared entries. Sums stay: what is reconciled is cleared.
  ///
  /// - Returns: the ids of the entries.
  private func lock(upTo date: CivilDate, in account: Int64) async throws -> [Int64] {
    let sides = try await run(
      """
      update entry set from_status = 'reconciled'
      where from_account = \(account) and not deleted and date <= \(date)
        and from_status = 'cleared'
      returning id, transaction_id
      """,
      """
      update entry set to_status = 'reconciled'
      where to_account = \(account) and not deleted and date <= \(date) and to_status = 'cleared'
      returning id, transaction_id
      """)
    let transactions = try sides.joined().map { try $0.decode(1, as: Int64.self) }
    try await setStatus(.reconciled, of: transactions, in: account)
    return try sides.joined().map { try $0.decode(0) }
  }

  /// Makes the account's side of what a reconciliation has locked cleared again.
  private func unlock(_ reconciliation: Int64, in account: Int64) async throws {
    let transactions = try await run(
      """
      update entry set
        from_status = case from_account when \(account) then 'cleared' else from_status end,
        to_status = case to_account when \(account) then 'cleared' else to_status end
      where id = any(array(
        select unnest(entry_ids) from reconciliation where id = \(reconciliation)))
      returning transaction_id
      """)[0].map { try $0.decode(0, as: Int64.self) }
    try await setStatus(.cleared, of: transactions, in: account)
  }

  /// A transaction has the status of its own account's side. One that is seen from another account
  /// has changed as well.
  func setStatus(
    _ status: TransactionStatus, of transactions: [Int64], in account: Int64
  ) async throws {
    try await run(
      """
      update transaction set version = \(version), updated_at = now(),
        status = case account_id when \(account) then \(status.rawValue) else status end
      where id = any(\(transactions))
      """)
  }

  private func reconciliation(_ id: Int64, of account: Int64) async throws -> Reconciliation {
    let rows = try await run(
      "\(query: ReconciliationStore.query(of: account, in: ledgerID)) and r.id = \(id)")[0]
    guard let row = rows.first else { throw NotFound() }
    return try Reconciliation(row)
  }
}
