import PostgresClient
import Tenancy

/// A ledger as an export has it. Its ids are those of the ledger that it was.
package struct LedgerArchive: Sendable {
  package struct Account: Sendable {
    package let id: Int64
    package let draft: AccountDraft

    package init(id: Int64, draft: AccountDraft) {
      self.id = id
      self.draft = draft
    }
  }

  package struct Category: Sendable {
    package let id: Int64
    package let name: String
    package let isIncome: Bool
    package let parentID: Int64?
    package let isArchived: Bool

    package init(id: Int64, name: String, isIncome: Bool, parentID: Int64?, isArchived: Bool) {
      self.id = id
      self.name = name
      self.isIncome = isIncome
      self.parentID = parentID
      self.isArchived = isArchived
    }
  }

  package let currency: String
  package var accounts: [Account] = []
  /// Groups before what is in them.
  package var categories: [Category] = []
  package var tags: [String] = []
  package var transactions: [TransactionDraft] = []
  package var rules: [RuleDefinition] = []
  /// What the file has and an import does not bring back.
  package var leftOut: [String] = []

  package init(currency: String) {
    self.currency = currency
  }

  /// The transactions as rows of a preview.
  var rows: [ImportRow] {
    let currencies = Dictionary(
      accounts.map { ($0.id, Currency(code: $0.draft.currency ?? currency)) },
      uniquingKeysWith: { first, _ in first })
    return transactions.enumerated().map { index, draft in
      ImportRow(draft, n: index + 1, in: currencies[draft.accountID] ?? Currency(code: currency))
    }
  }

  var warnings: [String] { leftOut.map { "The \($0) of the file are not brought back." } }
}

extension LedgerWriter {
  private static let archivePageSize = 2000

  /// Brings a ledger back into this one, which must be empty.
  ///
  /// - Parameter id: the import that writes it.
  /// - Throws: ``BooksConflict`` if this ledger is not empty or has another currency; ``InvalidInput``
  ///   with all that is wrong.
  func restore(_ archive: LedgerArchive, by id: Int64) async throws {
    try await refuseUnlessEmpty(for: archive)
    var ids = try await makeAccounts(of: archive)
    ids.merge(try await makeCategories(of: archive)) { first, _ in first }
    _ = try await NamedStore(writer: self).tags(archive.tags)
    for start in stride(from: 0, to: archive.transactions.count, by: Self.archivePageSize) {
      let end = min(archive.transactions.count, start + Self.archivePageSize)
      let drafts = archive.transactions[start..<end].map { $0.mapped(ids, importID: id) }
      _ = try await add(drafts, prefix: "transactions")
    }
    for rule in archive.rules { _ = try await createRule(rule.mapped(ids)) }
    try await close(archive, ids)
  }

  private func refuseUnlessEmpty(for archive: LedgerArchive) async throws {
    let rows = try await run(
      """
      select exists (
          select from account where ledger_id = \(ledgerID) and kind in ('asset', 'liability'))
        or exists (select from transaction where ledger_id = \(ledgerID))
      """)[0]
    guard try !rows[0].decode(0) else {
      throw BooksConflict(
        "ledger-not-empty", "An exported ledger can be imported into an empty ledger only.")
    }
    guard archive.currency == currency.code else {
      throw BooksConflict(
        "ledger-currency",
        "The exported ledger is in \(archive.currency), and this one in \(currency.code).")
    }
  }

  private func makeAccounts(of archive: LedgerArchive) async throws -> [Int64: Int64] {
    var ids: [Int64: Int64] = [:]
    for account in archive.accounts {
      var draft = account.draft
      // Entries come first.
      draft.closedOn = nil
      ids[account.id] = try await createAccount(draft).id
    }
    return ids
  }

  private func makeCategories(of archive: LedgerArchive) async throws -> [Int64: Int64] {
    var ids: [Int64: Int64] = [:]
    for category in archive.categories {
      let parent = category.parentID.flatMap { ids[$0] }
      let kind = category.isIncome ? "income" : "expense"
      let known = try await run(
        """
        select id, name from account where ledger_id = \(ledgerID) and kind = \(kind)
          and type is null and parent_id is not distinct from \(parent)
        """)[0].first { NameKey.key(of: try $0.decode(1)) == NameKey.key(of: category.name) }
      if let known {
        ids[category.id] = try known.decode(0, as: Int64.self)
        continue
      }
      ids[category.id] = try await run(
        """
        insert into account (ledger_id, kind, name, currency, parent_id, version)
        values (\(ledgerID), \(kind), \(category.name), \(Currency.none), \(parent), \(version))
        returning id
        """)[0][0].decode(0, as: Int64.self)
    }
    return ids
  }

  /// Closes accounts and archives categories, which now have all their entries.
  private func close(_ archive: LedgerArchive, _ ids: [Int64: Int64]) async throws {
    for account in archive.accounts {
      guard let date = account.draft.closedOn, let id = ids[account.id] else { continue }
      try await run(
        "update account set closed_on = \(date) where ledger_id = \(ledgerID) and id = \(id)")
    }
    let archived = archive.categories.filter(\.isArchived).compactMap { ids[$0.id] }
    try await run(
      """
      update account set archived = true
      where ledger_id = \(ledgerID) and id = any(\(archived))
      """)
  }
}

extension TransactionDraft {
  /// The draft with ids of another ledger. What is not there stays as it is, and is refused.
  fileprivate func mapped(_ ids: [Int64: Int64], importID: Int64) -> TransactionDraft {
    var draft = self
    draft.importID = importID
    // No id of this ledger is negative: what the file names and does not have is not found.
    func new(_ id: Int64) -> Int64 { ids[id] ?? -id }
    draft.accountID = new(accountID)
    draft.target.categoryID = target.categoryID.map(new)
    draft.target.transferAccountID = target.transferAccountID.map(new)
    for index in splits.indices {
      draft.splits[index].id = nil
      draft.splits[index].target.categoryID = splits[index].target.categoryID.map(new)
      draft.splits[index].target.transferAccountID =
        splits[index].target.transferAccountID.map(new)
    }
    return draft
  }
}

extension RuleDefinition {
  /// The rule with ids of another ledger.
  fileprivate func mapped(_ ids: [Int64: Int64]) -> RuleDefinition {
    var rule = self
    func new(_ text: String) -> String {
      Int64(text).flatMap { ids[$0] }.map { String($0) } ?? text
    }
    for index in conditions.indices
    where [.accountID, .categoryID].contains(conditions[index].field) {
      rule.conditions[index].values = conditions[index].values.map(new)
    }
    for index in actions.indices
    where [.setCategory, .setTransferAccount].contains(actions[index].type) {
      rule.actions[index].value = new(actions[index].value)
    }
    return rule
  }
}

extension ImportRow {
  /// A transaction of an exported ledger.
  fileprivate init(_ draft: TransactionDraft, n: Int, in currency: Currency) {
    self.n = n
    source = 0
    line = n
    state = .new
    date = draft.date
    money = try? Money(draft.amount, in: currency)
    externalID = draft.externalID
    details = Details(
      payee: draft.payee ?? "", memo: draft.memo, tags: draft.tags,
      isPending: draft.status == .pending)
  }
}
