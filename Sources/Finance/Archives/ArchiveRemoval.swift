import PostgresClient
import Tenancy

/// Removes what an import of a whole ledger has written, but for what was changed since and what is
/// needed by what stays.
struct ArchiveRemoval {
  private static let pageSize = 2000

  private let writer: LedgerWriter
  private let importID: Int64
  private let made: [String: [Int64]]
  /// The change that wrote it: whatever has another version was changed since.
  private let published: Int64

  init(
    _ writer: LedgerWriter, importID: Int64, _ made: [String: [Int64]], writtenBy published: Int64
  ) {
    self.writer = writer
    self.importID = importID
    self.made = made
    self.published = published
  }

  /// - Parameter transactions: those that are as they were written.
  /// - Returns: what stays of all that is no transaction.
  /// - Throws: ``BooksConflict`` if a later reconciliation locks what is to be removed.
  func remove(_ transactions: [Int64]) async throws -> [ImportReversion.Kept] {
    try await removeReconciliations()
    for start in stride(from: 0, to: transactions.count, by: Self.pageSize) {
      let end = min(transactions.count, start + Self.pageSize)
      try await removeTransactions(Array(transactions[start..<end]))
    }
    try await forgetRows()
    try await remove(.rule, "true")
    try await removeRecurrences()
    try await remove(.budget, "true")
    try await remove(.rate, "true")
    try await removeAccounts()
    try await removeCategories()
    try await remove(
      .tag,
      """
      not exists (
        select from transaction t
        where t.ledger_id = \(writer.ledgerID) and t.tag_ids @> array[thing.id])
      """)
    try await remove(
      .payee, "not exists (select from transaction t where t.payee_id = thing.id)")
    return try await kept()
  }

  /// The latest first, so that none is in the way of another.
  private func removeReconciliations() async throws {
    let rows = try await writer.run(
      """
      select id, account_id from reconciliation
      where ledger_id = \(writer.ledgerID) and id = any(\(ids(.reconciliation)))
        and version = \(published)
      order by id desc
      """)[0]
    for row in rows {
      try await writer.deleteReconciliation(try row.decode(0), of: try row.decode(1))
    }
  }

  private func removeTransactions(_ page: [Int64]) async throws {
    try await writer.run(
      BookStore.takeBackSums(of: page),
      """
      update recurrence set version = \(writer.version), updated_at = now()
      where ledger_id = \(writer.ledgerID) and version <> \(published) and id in (
        select recurrence_id from occurrence where transaction_id = any(\(page)))
      """,
      "delete from occurrence where transaction_id = any(\(page))",
      "delete from entry where transaction_id = any(\(page))",
      "delete from transaction where id = any(\(page))", note(.transaction, page))
  }

  /// So that they can be imported again.
  private func forgetRows() async throws {
    try await writer.run(
      """
      delete from import_identity i
      where i.ledger_id = \(writer.ledgerID) and i.import_id = \(importID)
        and not exists (select from transaction t where t.id = i.transaction_id)
      """)
  }

  private func removeRecurrences() async throws {
    let isUnused: PostgresQuery =
      "not exists (select from transaction t where t.recurrence_id = thing.id)"
    let unused = try await unchanged(.recurrence, isUnused)
    try await writer.run(
      """
      delete from occurrence
      where ledger_id = \(writer.ledgerID) and recurrence_id = any(\(unused))
      """)
    try await remove(.recurrence, isUnused)
  }

  private func removeAccounts() async throws {
    let named = Array(try await writer.referencedAccounts())
    let unused = try await unchanged(
      .account,
      """
      thing.id <> all(\(named))
      and not exists (select from reconciliation r where r.account_id = thing.id)
      and not exists (
        select from transaction t
        where t.account_id = thing.id and t.is_opening and t.status = 'reconciled')
      and not \(query: BookStore.hasEntries("thing"))
      """)
    for id in unused { try await writer.removeOpening(of: id) }
    try await removeFromBooks(unused, .account)
  }

  /// Those in groups first.
  private func removeCategories() async throws {
    let named = Array(try await writer.referencedAccounts())
    for isGroup in ["false", "true"] {
      let unused = try await unchanged(
        .category,
        """
        (thing.parent_id is null) = \(isGroup)::boolean and thing.id <> all(\(named))
        and not exists (
          select from account child
          where child.ledger_id = thing.ledger_id and child.parent_id = thing.id)
        and not exists (
          select from budget b where b.ledger_id = thing.ledger_id and b.category_id = thing.id)
        and not \(query: BookStore.hasEntries("thing"))
        """)
      try await removeFromBooks(unused, .category)
    }
  }

  private func removeFromBooks(_ accounts: [Int64], _ type: ChangedType) async throws {
    try await writer.run(
      """
      update import set account_id = null
      where ledger_id = \(writer.ledgerID) and account_id = any(\(accounts))
      """,
      """
      delete from account_month
      where ledger_id = \(writer.ledgerID) and account_id = any(\(accounts))
      """,
      "delete from account where ledger_id = \(writer.ledgerID) and id = any(\(accounts))",
      note(type, accounts))
  }

  // MARK: -

  private func ids(_ type: ChangedType) -> [Int64] { made[type.rawValue] ?? [] }

  /// What is as it was written, and a condition on `thing` holds for.
  private func unchanged(
    _ type: ChangedType, _ condition: PostgresQuery
  ) async throws -> [Int64] {
    try await writer.run(
      """
      select thing.id from \(sql: type.table) thing
      where thing.ledger_id = \(writer.ledgerID) and thing.id = any(\(ids(type)))
        and thing.version = \(published) and \(query: condition)
      """)[0].map { try $0.decode(0) }
  }

  private func remove(_ type: ChangedType, _ condition: PostgresQuery) async throws {
    let unused = try await unchanged(type, condition)
    try await writer.run(
      """
      delete from \(sql: type.table)
      where ledger_id = \(writer.ledgerID) and id = any(\(unused))
      """, note(type, unused))
  }

  private func note(_ type: ChangedType, _ ids: [Int64]) -> PostgresQuery {
    """
    insert into deletion (ledger_id, version, type, object_id)
    select \(writer.ledgerID)::bigint, \(writer.version)::bigint, \(type.rawValue), id
    from unnest(\(ids)::bigint[]) id
    """
  }

  /// What is still there.
  private func kept() async throws -> [ImportReversion.Kept] {
    let types = ChangedType.allCases.filter { !ids($0).isEmpty }
    let results = try await writer.transaction.query(
      types.map { type in
        """
        select id from (\(query: type.rows(in: writer.ledgerID))) thing
        where id = any(\(ids(type))) order by id
        """
      })
    return try zip(types, results).flatMap { type, rows in
      try rows.map { ImportReversion.Kept(type: type, id: try $0.decode(0)) }
    }
  }
}

extension ChangedType {
  fileprivate var table: StaticString {
    switch self {
    case .account, .category: "account"
    case .budget: "budget"
    case .ledger: "ledger"
    case .payee: "payee"
    case .rate: "rate"
    case .reconciliation: "reconciliation"
    case .recurrence: "recurrence"
    case .rule: "rule"
    case .tag: "tag"
    case .transaction: "transaction"
    }
  }
}
