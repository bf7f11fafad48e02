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
    let new = NewTransactions(drafts, prefix: prefix, rules: rules)
    let lookups = try await transaction.query(new.lookups(in: ledgerID))
    return try await create(new, lookups)
  }

  /// Adds transactions of which ``NewTransactions/lookups(in:)`` have the results.
  ///
  /// - Parameter isLast: whether nothing else is to be done. Then it commits what it writes, in the
  ///   same round trip.
  /// - Throws: As ``create(_:prefix:rules:)``.
  func create(
    _ new: NewTransactions, _ lookups: [PostgresRows], isLast: Bool = false
  ) async throws -> [Transaction] {
    let (postings, named) = try await post(new, lookups)
    return try await write(postings, rows(postings, named), isNew: true, isLast: isLast)
  }

  /// Adds transactions as ``create(_:prefix:rules:)`` does, and does not read them again.
  ///
  /// - Parameters:
  ///   - idsAreFree: whether it is known that no external id is taken.
  ///   - sums: what they come to is added to these, and not to those of the ledger: whoever adds many
  ///     writes each sum once.
  /// - Returns: their ids, in order.
  func add(
    _ drafts: [TransactionDraft], prefix: String? = nil, rules: RuleRun? = nil,
    idsAreFree: Bool = false, _ sums: inout MonthSums
  ) async throws -> [Int64] {
    let new = NewTransactions(drafts, prefix: prefix, rules: rules)
    let lookups = try await transaction.query(new.lookups(in: ledgerID))
    let (postings, named) = try await post(new, lookups, idsAreFree: idsAreFree)
    let entries = Self.entries(of: postings)
    let rows = rows(postings, named)
    try await understandingConflicts {
      _ = try await run(insert(rows), BookStore.insert(entries, in: ledgerID))
    }
    sums.add(entries.map(\.entry))
    return postings.map(\.id)
  }

  private typealias Postings = [(id: Int64, posting: Posting)]
  /// The ids of payees and tags by the keys of their names.
  private typealias Named = (payees: [String: Int64], tags: [String: Int64])

  private func post(
    _ new: NewTransactions, _ lookups: [PostgresRows], idsAreFree: Bool = false
  ) async throws -> (Postings, Named) {
    var (drafts, accounts) = (new.drafts, try BookAccounts(lookups[0]))
    if let rules = new.rules, !lookups[4].isEmpty {
      (drafts, accounts) = try await apply(rules, lookups[4], to: drafts)
    }
    let ids = try lookups[1].map { try $0.decode(0, as: Int64.self) }
    let postings = Array(
      zip(ids, try Self.post(drafts.map { ($0, []) }, accounts, new.prefix)))
    let taken = idsAreFree ? [] : try await takenExternalIDs(in: drafts)
    guard taken.isEmpty else {
      throw Self.externalIDTaken(
        taken.map { index in new.prefix.map { [$0, String(index)] } ?? [] })
    }
    return (postings, try await named(in: postings, payees: lookups[2], tags: lookups[3]))
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
    let changed = changes.map { ($0.id, $1) }
    let written = try await write(
      changed, rows(changed, try await named(in: changed)), isNew: false)
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
    let changed = Array(zip(changes.map(\.id), postings))
    return try await write(changed, rows(changed, try await named(in: changed)), isNew: false)
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

  /// - Parameters:
  ///   - payees: those of the payees that are known to be there, as ``NamedStore`` finds them.
  ///   - tags: the same of tags.
  private func named(
    in postings: Postings, payees: PostgresRows? = nil, tags: PostgresRows? = nil
  ) async throws -> Named {
    let names = NamedStore(writer: self)
    return (
      try await names.payees(postings.compactMap { $0.posting.payee }, found: payees),
      try await names.tags(postings.flatMap { $0.posting.draft.tags }, found: tags)
    )
  }

  private func rows(_ postings: Postings, _ named: Named) -> [TransactionRow] {
    postings.map { TransactionRow($0.id, $0.posting, payees: named.payees, tags: named.tags) }
  }

  private func changes(
    _ postings: Postings, _ rows: [TransactionRow], isNew: Bool
  ) -> [PostgresQuery] {
    let ids = postings.map(\.id)
    let entries = Self.entries(of: postings)
    let changes =
      isNew
      ? [insert(rows)]
      : [
        BookStore.takeBackSums(of: ids), update(rows),
        "delete from entry where transaction_id = any(\(ids))",
      ]
    return changes + [BookStore.insert(entries, in: ledgerID)]
      + MonthSums(of: entries.map(\.entry)).queries(in: ledgerID)
  }

  private static func entries(of postings: Postings) -> [(transaction: Int64, entry: Entry)] {
    postings.flatMap { id, posting in posting.entries.map { (id, $0) } }
  }

  private func write(
    _ postings: Postings, _ rows: [TransactionRow], isNew: Bool, isLast: Bool = false
  ) async throws -> [Transaction] {
    let ids = postings.map(\.id)
    let queries =
      changes(postings, rows, isNew: isNew) + [TransactionRows.query(ids: ids, in: ledgerID)]
    return try await understandingConflicts {
      let results =
        isLast
        ? try await transaction.queryAndCommit(queries) : try await transaction.query(queries)
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
