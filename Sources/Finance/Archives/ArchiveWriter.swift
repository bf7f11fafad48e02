import PostgresClient
import Tenancy

/// Brings a whole ledger into another one, which is empty.
struct ArchiveWriter {
  private static let pageSize = 2000

  private let writer: LedgerWriter
  private let archive: LedgerArchive
  private let importID: Int64
  private let progress: () -> Void
  private var ids = ArchiveIDs()
  private var archived: [Int64] = []

  /// - Parameters:
  ///   - importID: the import that writes it.
  ///   - progress: is called whenever some of it is written.
  init(
    _ writer: LedgerWriter, _ archive: LedgerArchive, importID: Int64,
    progress: @escaping () -> Void
  ) {
    self.progress = progress
    self.writer = writer
    self.archive = archive
    self.importID = importID
  }

  /// Writes all that the archive has. Categories, payees and tags that the ledger has already are found
  /// by their names.
  ///
  /// - Throws: ``BooksConflict`` if the ledger is not empty or has another currency; ``InvalidInput``
  ///   with what is wrong.
  mutating func write() async throws {
    try await refuseUnlessEmpty()
    try await makeAccounts()
    try await makeCategories()
    _ = try await NamedStore(writer: writer).tags(archive.tags)
    for names in archive.payees.pages(of: Self.pageSize) {
      _ = try await NamedStore(writer: writer).payees(Array(names))
    }
    try await makeRates()
    try await makeRecurrences()
    try await makeTransactions()
    try await settleOccurrences()
    for reconciliation in archive.reconciliations { try await make(reconciliation) }
    try await makeBudgets()
    try await noteImportedRows()
    try await dismissTransfers()
    for rule in archive.rules.compactMap({ $0.following(ids.references) }) {
      _ = try await writer.createRule(rule)
    }
    try await close()
  }

  private func refuseUnlessEmpty() async throws {
    guard try await writer.isWithoutBooks() else {
      throw BooksConflict(
        "ledger-not-empty", "An exported ledger can be imported into an empty ledger only.")
    }
    guard archive.currency == writer.currency.code else {
      throw BooksConflict(
        "ledger-currency",
        "The exported ledger is in \(archive.currency), and this one in \(writer.currency.code).")
    }
  }

  // MARK: - What transactions need

  private mutating func makeAccounts() async throws {
    for account in archive.accounts {
      var draft = account.draft
      // Entries come first.
      draft.closedOn = nil
      ids.accounts[account.id] = try await writer.createAccount(draft).id
    }
  }

  private mutating func makeCategories() async throws {
    let tree = try await writer.categories()
    let kinds = Dictionary(
      archive.categories.map { ($0.id, $0.draft.kind) }, uniquingKeysWith: { first, _ in first })
    for isGroup in [true, false] {
      var new: [(id: Int64, draft: CategoryDraft)] = []
      for category in archive.categories where (category.draft.parentID == nil) == isGroup {
        var draft = category.draft
        // Archived ones take no new entries either.
        draft.isArchived = false
        draft.parentID = draft.parentID.flatMap { kinds[$0] == draft.kind ? ids.accounts[$0] : nil }
        if let known = tree.category(named: draft.name, draft.kind, in: draft.parentID) {
          ids.accounts[category.id] = known.id
        } else {
          new.append((category.id, draft))
        }
      }
      let made = try await writer.insertCategories(new.map(\.draft))
      for (old, id) in zip(new, made) { ids.accounts[old.id] = id }
      let isArchived = Set(archive.categories.filter(\.draft.isArchived).map(\.id))
      archived += zip(new, made).filter { isArchived.contains($0.0.id) }.map(\.1)
    }
  }

  private func makeRates() async throws {
    for rates in archive.rates.pages(of: Self.pageSize) {
      try await writer.run(
        """
        insert into rate (ledger_id, from_currency, to_currency, date, rate, version)
        select \(writer.ledgerID)::bigint, new.*, \(writer.version)::bigint
        from unnest(
          \(rates.map(\.from.code))::text[], \(rates.map(\.to.code))::text[],
          \(rates.map(\.date.description))::date[], \(rates.map(\.value.text))::numeric[]) new
        on conflict do nothing
        """)
    }
  }

  private mutating func makeRecurrences() async throws {
    for recurrence in archive.recurrences {
      guard let draft = ids.mapped(recurrence.draft) else { continue }
      ids.recurrences[recurrence.id] = try await writer.createRecurrence(draft).id
    }
  }

  // MARK: - Transactions and what is known of them

  private mutating func makeTransactions() async throws {
    var start = 0
    var sums = MonthSums()
    for page in archive.transactions.pages(of: Self.pageSize) {
      let drafts = page.map { transaction in
        var draft = ids.mapped(transaction.draft)
        draft.importID = importID
        draft.recurrenceID = draft.recurrenceID.flatMap { ids.recurrences[$0] }
        return draft
      }
      do {
        let made = try await writer.add(drafts, prefix: "transactions", &sums)
        for (old, new) in zip(page, made) { ids.transactions[old.id] = new }
      } catch let error as InvalidInput {
        throw InvalidInput(error.faults.map { $0.shifted(by: start) })
      }
      start += page.count
      progress()
    }
    try await writer.transaction.query(sums.queries(in: writer.ledgerID))
  }

  private func settleOccurrences() async throws {
    let known = archive.occurrences.compactMap { occurrence -> (Int64, CivilDate, Int64?)? in
      guard let recurrence = ids.recurrences[occurrence.recurrenceID] else { return nil }
      guard let old = occurrence.transactionID else { return (recurrence, occurrence.dueDate, nil) }
      return ids.transactions[old].map { (recurrence, occurrence.dueDate, $0) }
    }
    for page in known.pages(of: Self.pageSize) {
      try await writer.run(
        """
        insert into occurrence (ledger_id, recurrence_id, due_date, state, transaction_id)
        select \(writer.ledgerID)::bigint, recurrence, due,
          case when transaction is null then 'skipped' else 'recorded' end, transaction
        from unnest(
          \(page.map(\.0))::bigint[], \(page.map(\.1.description))::date[],
          \(page.map(\.2))::bigint[]) as new (recurrence, due, transaction)
        on conflict do nothing
        """)
    }
  }

  /// Locks what the reconciliation had locked. Sums stay: what is reconciled is cleared.
  private func make(_ reconciliation: LedgerArchive.Reconciliation) async throws {
    guard let account = ids.accounts[reconciliation.accountID] else { return }
    let transactions = reconciliation.transactionIDs.compactMap { ids.transactions[$0] }
    let row = try await writer.run(
      """
      insert into reconciliation (
        ledger_id, account_id, statement_date, statement_balance, finished_at, version, entry_ids)
      select \(writer.ledgerID)::bigint, \(account)::bigint, \(reconciliation.statementDate)::date,
        \(reconciliation.statementBalance.minorUnits)::bigint,
        \(reconciliation.finishedAt)::timestamptz, \(writer.version)::bigint, array(
          select e.id from transaction t join entry e on e.transaction_id = t.id
          where (t.id = any(\(transactions))
              or \(reconciliation.locksOpening) and t.is_opening and t.account_id = \(account))
            and (e.from_account = \(account) and e.from_status <> 'pending'
              or e.to_account = \(account) and e.to_status <> 'pending'))
      returning id
      """)[0][0]
    let id: Int64 = try row.decode(0)
    let locked = try await writer.run(
      """
      update entry set
        from_status = case from_account when \(account) then 'reconciled' else from_status end,
        to_status = case to_account when \(account) then 'reconciled' else to_status end
      where id = any(array(select unnest(entry_ids) from reconciliation where id = \(id)))
      returning transaction_id
      """)[0].map { try $0.decode(0, as: Int64.self) }
    try await writer.setStatus(.reconciled, of: locked, in: account)
  }

  private func noteImportedRows() async throws {
    let known = archive.importedRows.compactMap { row in
      ids.accounts[row.accountID].map { (account: $0, row: row) }
    }
    for page in known.pages(of: Self.pageSize) {
      let rows = page.map(\.row)
      try await writer.run(
        """
        insert into import_identity (ledger_id, import_id, account_id, content_key, place,
          external_id, similarity_key, date, amount, transaction_id)
        select \(writer.ledgerID)::bigint, \(importID)::bigint, new.*
        from unnest(
          \(page.map(\.account))::bigint[], \(rows.map(\.contentKey))::text[],
          \(rows.map { Int64($0.place) })::int[], \(rows.map(\.externalID))::text[],
          \(rows.map(\.similarityKey))::text[], \(rows.map(\.date.description))::date[],
          \(rows.map(\.amount.minorUnits))::bigint[],
          \(rows.map { $0.transactionID.flatMap { ids.transactions[$0] } })::bigint[]) new
        on conflict do nothing
        """)
    }
  }

  private func dismissTransfers() async throws {
    let pairs = archive.dismissedTransfers.compactMap { pair -> (Int64, Int64)? in
      guard let outgoing = ids.transactions[pair.outgoingID],
        let incoming = ids.transactions[pair.incomingID]
      else { return nil }
      return (outgoing, incoming)
    }
    try await writer.run(
      """
      insert into dismissed_transfer (ledger_id, outgoing_id, incoming_id)
      select \(writer.ledgerID)::bigint, new.*
      from unnest(\(pairs.map(\.0))::bigint[], \(pairs.map(\.1))::bigint[]) new
      on conflict do nothing
      """)
  }

  // MARK: - Plans

  private func makeBudgets() async throws {
    let expenses = Set(archive.categories.filter { $0.draft.kind == .expense }.map(\.id))
    let known = archive.budgets.compactMap { line -> (Int64, LedgerArchive.Budget)? in
      guard expenses.contains(line.categoryID) else { return nil }
      return ids.accounts[line.categoryID].map { ($0, line) }
    }
    for page in known.pages(of: Self.pageSize) {
      let lines = page.map(\.1)
      try await writer.run(
        """
        insert into budget (ledger_id, version, category_id, month, assigned, rollover)
        select \(writer.ledgerID)::bigint, \(writer.version)::bigint, new.*
        from unnest(
          \(page.map(\.0))::bigint[], \(lines.map(\.month.firstDay.description))::date[],
          \(lines.map(\.assigned.minorUnits))::bigint[],
          \(lines.map { $0.rollover?.rawValue })::text[]) new
        on conflict do nothing
        """)
    }
  }

  /// Closes accounts and archives categories, which now have all their entries.
  private func close() async throws {
    for account in archive.accounts {
      guard let date = account.draft.closedOn, let id = ids.accounts[account.id] else { continue }
      try await writer.run(
        """
        update account set closed_on = \(date)
        where ledger_id = \(writer.ledgerID) and id = \(id)
        """)
    }
    try await writer.run(
      """
      update account set archived = true
      where ledger_id = \(writer.ledgerID) and id = any(\(archived))
      """)
  }
}

extension LedgerWriter {
  /// Whether the ledger has none of what an archive brings, but for names: categories, payees and tags.
  func isWithoutBooks() async throws -> Bool {
    try await run(
      """
      select from account where ledger_id = \(ledgerID) and kind in ('asset', 'liability')
      union all select from transaction where ledger_id = \(ledgerID)
      union all select from rule where ledger_id = \(ledgerID)
      union all select from recurrence where ledger_id = \(ledgerID)
      union all select from rate where ledger_id = \(ledgerID)
      union all select from budget where ledger_id = \(ledgerID)
      limit 1
      """)[0].isEmpty
  }

  /// What this change has made: ids by type. Transactions name their import themselves.
  func madeByThisChange() async throws -> [String: [Int64]] {
    let types = ChangedType.allCases.filter { $0 != .transaction && $0 != .ledger }
    let results = try await transaction.query(
      types.map { type in
        """
        select id from (\(query: type.rows(in: ledgerID)) and version = \(version)) made
        """
      })
    var made: [String: [Int64]] = [:]
    for (type, rows) in zip(types, results) {
      made[type.rawValue] = try rows.map { try $0.decode(0) }
    }
    return made
  }
}

extension Array {
  fileprivate func pages(of size: Int) -> [ArraySlice<Element>] {
    stride(from: 0, to: count, by: size).map { self[$0..<Swift.min(count, $0 + size)] }
  }
}

extension InvalidInput.Fault {
  /// The same of the file's element instead of the page's.
  fileprivate func shifted(by start: Int) -> InvalidInput.Fault {
    guard path.count > 1, let place = Int(path[1]) else { return self }
    return InvalidInput.Fault([path[0], String(place + start)] + path.dropFirst(2), message)
  }
}
