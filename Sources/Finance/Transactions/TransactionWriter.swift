import PostgresClient
import Tenancy

/// Writes transactions of one ledger.
extension LedgerWriter {
  /// Adds transactions, all or none, in order.
  ///
  /// - Parameters:
  ///   - prefix: leads to the element of a list in what ``InvalidInput`` says; none where it is one that
  ///     was asked for.
  ///   - rules: are applied to them first; nil for none.
  /// - Throws: ``InvalidInput`` with all that is wrong with any of them, ``BooksConflict`` if an
  ///   external id is taken.
  package func create(
    _ drafts: [TransactionDraft], prefix: String? = nil, rules: RuleRun? = nil
  ) async throws -> [Transaction] {
    let lookups = try await transaction.query(
      [
        BookAccounts.query(drafts.flatMap(\.accountIDs), in: ledgerID),
        """
        select nextval(pg_get_serial_sequence('transaction', 'id'))
        from generate_series(1, \(drafts.count))
        """,
      ] + (rules.map { [$0.query(in: ledgerID)] } ?? []))
    var (drafts, accounts) = (drafts, try BookAccounts(lookups[0]))
    if let rules, !lookups[2].isEmpty {
      (drafts, accounts) = try await apply(rules, lookups[2], to: drafts)
    }
    let ids = try lookups[1].map { try $0.decode(0, as: Int64.self) }
    let postings = try Self.post(drafts.map { ($0, []) }, accounts, prefix)
    let taken = try await takenExternalIDs(in: drafts)
    guard taken.isEmpty else {
      throw Self.externalIDTaken(taken.map { index in prefix.map { [$0, String(index)] } ?? [] })
    }
    return try await write(Array(zip(ids, postings)), isNew: true)
  }

  /// Changes transactions, all or none. What is as it is to be keeps its version.
  ///
  /// - Throws: ``NotFound`` if one is not there or deleted, ``InvalidInput``, ``BooksConflict`` if one
  ///   is reconciled or an external id is taken; what `check` throws.
  package func update(
    _ ids: [Int64], _ patch: TransactionPatch, prefix: String? = nil,
    check: (Transaction) throws -> Void = { _ in }
  ) async throws -> [Transaction] {
    let old = try await transactions(ids)
    let drafts = try old.map { transaction in
      try check(transaction)
      var draft = TransactionDraft(transaction)
      let standing = Set(draft.accountIDs)
      try patch.apply(to: &draft)
      return (draft: draft, standing: standing)
    }
    let lookups = try await run(
      BookAccounts.query(Array(Set(drafts.flatMap(\.draft.accountIDs))), in: ledgerID))
    let accounts = try BookAccounts(lookups[0])
    try patch.refuseMissingAmount(in: old.map(\.money.currency), accounts)
    let postings = try Self.post(drafts, accounts, prefix)
    let changes = zip(old, postings).filter { TransactionDraft($0) != $1.draft }
    guard !changes.isEmpty else { return old }
    let written = try await write(changes.map { ($0.id, $1) }, isNew: false)
    let byID = Dictionary(uniqueKeysWithValues: written.map { ($0.id, $0) })
    return old.map { byID[$0.id] ?? $0 }
  }

  /// Makes transactions that are there, and not reconciled, what the drafts say, all or none.
  ///
  /// - Parameter changes: with the accounts and categories that each has already.
  /// - Throws: As ``update(_:_:prefix:check:)``.
  @discardableResult
  func replace(
    _ changes: [(id: Int64, draft: TransactionDraft, standing: Set<Int64>)],
    prefix: String? = nil
  ) async throws -> [Transaction] {
    guard !changes.isEmpty else { return [] }
    let ids = Set(changes.flatMap(\.draft.accountIDs))
    let lookups = try await run(BookAccounts.query(Array(ids), in: ledgerID))
    let postings = try Self.post(
      changes.map { ($0.draft, $0.standing) }, try BookAccounts(lookups[0]), prefix)
    return try await write(Array(zip(changes.map(\.id), postings)), isNew: false)
  }

  /// Takes transactions out of the books, so that they can be restored.
  ///
  /// - Throws: ``NotFound`` if one is not there or deleted already, ``BooksConflict`` if one is
  ///   reconciled; what `check` throws.
  package func delete(
    _ ids: [Int64], check: (Transaction) throws -> Void = { _ in }
  ) async throws {
    for transaction in try await transactions(ids) { try check(transaction) }
    try await run(
      BookStore.takeBackSums(of: ids),
      "update entry set deleted = true where transaction_id = any(\(ids))",
      """
      update transaction set deleted_at = now(), updated_at = now(), version = \(version)
      where id = any(\(ids))
      """)
  }

  /// Puts a deleted transaction back. One that is not deleted stays as it is.
  ///
  /// - Throws: ``NotFound``; ``BooksConflict`` if its external id is taken, or it is the half of a
  ///   transfer that is there; ``InvalidInput`` if its account is closed or its category archived by
  ///   now.
  package func restore(_ id: Int64) async throws -> Transaction {
    let found = try await run(TransactionRows.query(ids: [id], in: ledgerID))[0]
    guard let transaction = try TransactionRows.transactions(found).first else { throw NotFound() }
    guard transaction.deletedAt != nil else { return transaction }
    try await refuseMerged(transaction)
    let draft = TransactionDraft(transaction)
    let lookups = try await run(BookAccounts.query(draft.accountIDs, in: ledgerID))
    _ = try Posting(draft, try BookAccounts(lookups[0]))
    if let file = transaction.importID { try await run(rememberRow(of: id, in: file)) }
    return try await understandingConflicts {
      let results = try await run(
        """
        update transaction set deleted_at = null, updated_at = now(), version = \(version)
        where id = \(id)
        """,
        "update entry set deleted = false where transaction_id = \(id)",
        BookStore.addSums(of: [id]), TransactionRows.query(ids: [id], in: ledgerID))
      return try TransactionRows.transactions(results[3])[0]
    }
  }

  /// - Returns: in the order of the ids, which are all there, not deleted and not reconciled.
  private func transactions(_ ids: [Int64]) async throws -> [Transaction] {
    let rows = try await run(TransactionRows.query(ids: ids, in: ledgerID))
    var found: [Int64: Transaction] = [:]
    for transaction in try TransactionRows.transactions(rows[0]) {
      found[transaction.id] = transaction
    }
    return try ids.map { id in
      guard let transaction = found[id], transaction.deletedAt == nil else { throw NotFound() }
      try Self.refuseReconciled(transaction)
      return transaction
    }
  }

  private static func refuseReconciled(_ transaction: Transaction) throws {
    guard transaction.isReconciled else { return }
    throw BooksConflict(
      "reconciled",
      "A reconciliation has locked the transaction. Undo it to change the transaction.")
  }

  private static func post(
    _ drafts: [(draft: TransactionDraft, standing: Set<Int64>)], _ accounts: BookAccounts,
    _ prefix: String?
  ) throws(InvalidInput) -> [Posting] {
    var faults: [InvalidInput.Fault] = []
    var postings: [Posting] = []
    for (index, (draft, standing)) in drafts.enumerated() {
      do {
        postings.append(try Posting(draft, accounts, standing: standing))
      } catch {
        let path = prefix.map { [$0, String(index)] } ?? []
        faults += error.faults.map { InvalidInput.Fault(path + $0.path, $0.message) }
      }
    }
    guard faults.isEmpty else { throw InvalidInput(faults) }
    return postings
  }

  private func write(
    _ postings: [(id: Int64, posting: Posting)], isNew: Bool
  ) async throws -> [Transaction] {
    let names = NamedStore(writer: self)
    let payees = try await names.payees(postings.compactMap { $0.posting.payee })
    let tags = try await names.tags(postings.flatMap { $0.posting.draft.tags })
    let rows = postings.map { TransactionRow($0.id, $0.posting, payees: payees, tags: tags) }
    let ids = postings.map(\.id)
    let entries = postings.flatMap { posting in
      posting.posting.entries.map { (posting.id, $0) }
    }
    let changes =
      isNew
      ? [insert(rows)]
      : [
        BookStore.takeBackSums(of: ids), update(rows),
        "delete from entry where transaction_id = any(\(ids))",
      ]
    return try await understandingConflicts {
      let results = try await transaction.query(
        changes + [
          BookStore.insert(entries, in: ledgerID), BookStore.addSums(of: ids),
          TransactionRows.query(ids: ids, in: ledgerID),
        ])
      let written = try TransactionRows.transactions(results[results.count - 1])
      let byID = Dictionary(uniqueKeysWithValues: written.map { ($0.id, $0) })
      return ids.compactMap { byID[$0] }
    }
  }

  private func insert(_ rows: [TransactionRow]) -> PostgresQuery {
    """
    insert into transaction (
      id, ledger_id, account_id, date, amount, currency, payee_id, memo, status, tag_ids,
      external_id, recurrence_id, import_id, search, created_by, version)
    overriding system value
    select id, \(ledgerID)::bigint, account_id, date, amount, currency, payee_id, memo, status,
      tag_ids::bigint[], external_id, recurrence_id, import_id, to_tsvector('simple', words), \(userID)::bigint,
      \(version)::bigint
    from \(query: TransactionRow.table(rows))
    """
  }

  private func update(_ rows: [TransactionRow]) -> PostgresQuery {
    """
    update transaction set account_id = new.account_id, date = new.date, amount = new.amount,
      currency = new.currency, payee_id = new.payee_id, memo = new.memo, status = new.status,
      tag_ids = new.tag_ids::bigint[], external_id = new.external_id,
      search = to_tsvector('simple', new.words), version = \(version), updated_at = now()
    from \(query: TransactionRow.table(rows))
    where transaction.id = new.id
    """
  }

  private func understandingConflicts<Result>(
    _ body: () async throws -> Result
  ) async throws -> Result {
    do {
      return try await body()
    } catch let error as PostgresError where error.violates("transaction_external_id_key") {
      throw Self.externalIDTaken([[]])
    }
  }

  private static func externalIDTaken(_ paths: [[String]]) -> BooksConflict {
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
  private func refuseMerged(_ transaction: Transaction) async throws {
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

extension Posting {
  /// The payee's name, if there is one.
  fileprivate var payee: String? {
    draft.payee.flatMap { $0.isEmpty ? nil : $0 }
  }
}

/// A row of `transaction`, but for what all rows of a change share.
private struct TransactionRow {
  let id: Int64
  let posting: Posting
  let payee: Int64?
  let tags: [Int64]
  let words: String

  init(_ id: Int64, _ posting: Posting, payees: [String: Int64], tags: [String: Int64]) {
    self.id = id
    self.posting = posting
    payee = posting.payee.flatMap { payees[NameKey.key(of: $0)] }
    self.tags = Set(posting.draft.tags.compactMap { tags[NameKey.key(of: $0)] }).sorted()
    let texts = [posting.payee ?? "", posting.draft.memo] + posting.draft.splits.map(\.memo)
    words = SearchText.words(of: texts)
  }

  /// The rows as a table `new`.
  static func table(_ rows: [TransactionRow]) -> PostgresQuery {
    """
    unnest(
      \(rows.map(\.id))::bigint[], \(rows.map(\.posting.account.id))::bigint[],
      \(rows.map(\.posting.draft.date.description))::date[],
      \(rows.map(\.posting.money.minorUnits))::bigint[],
      \(rows.map(\.posting.money.currency.code))::text[], \(rows.map(\.payee))::bigint[],
      \(rows.map(\.posting.draft.memo))::text[],
      \(rows.map(\.posting.draft.status.rawValue))::text[],
      \(rows.map(\.tags.postgresText))::text[], \(rows.map(\.posting.draft.externalID))::text[],
      \(rows.map(\.posting.draft.recurrenceID))::bigint[],
      \(rows.map(\.posting.draft.importID))::bigint[], \(rows.map(\.words))::text[]
    ) as new (
      id, account_id, date, amount, currency, payee_id, memo, status, tag_ids, external_id,
      recurrence_id, import_id, words)
    """
  }
}
