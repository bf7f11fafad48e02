import PostgresClient
import Tenancy

/// Reads the payees of one ledger.
package struct PayeeStore: Sendable {
  private let ledger: LedgerDatabase

  package init(_ ledger: LedgerDatabase) {
    self.ledger = ledger
  }

  /// A page of a list, and where the next one begins.
  package struct Page: Sendable {
    package let payees: [Payee]
    /// The key of the last name.
    package let next: String?
  }

  /// Up to `limit` payees, by name.
  ///
  /// - Parameters:
  ///   - prefix: what the names begin with, in any case.
  ///   - key: the ``Page/next`` of the page before.
  /// - Throws: As ``LedgerDatabase/query(_:)``.
  package func list(
    beginningWith prefix: String?, after key: String?, limit: Int
  ) async throws -> Page {
    let rows = try await ledger.query(
      Self.query(
        """
        select * from payee
        where ledger_id = \(ledger.ledgerID)
          and starts_with(name_key, \(NameKey.key(of: prefix ?? "")))
          and name_key > \(key ?? "")
        order by name_key limit \(limit + 1)
        """))
    let page = rows.prefix(limit)
    return Page(
      payees: try page.map(Payee.init),
      next: rows.count > limit ? try page.last?.decode("name_key") : nil)
  }

  /// - Throws: ``NotFound``, and as ``LedgerDatabase/query(_:)``.
  package func payee(_ id: Int64) async throws -> Payee {
    let rows = try await ledger.query(Self.query(id: id, in: ledger.ledgerID))
    guard let row = rows.first else { throw NotFound() }
    return try Payee(row)
  }

  /// Those of the payees that are there.
  ///
  /// - Throws: As ``LedgerDatabase/query(_:)``.
  package func payees(_ ids: [Int64]) async throws -> [Payee] {
    try await ledger.query(
      Self.query(
        "select * from payee where ledger_id = \(ledger.ledgerID) and id = any(\(ids))")
    ).map(Payee.init)
  }

  static func query(id: Int64, in ledgerID: Int64) -> PostgresQuery {
    query("select * from payee where ledger_id = \(ledgerID) and id = \(id)")
  }

  /// - Parameter page: a SELECT of rows of `payee`, each of which is looked up in transactions.
  static func query(_ page: PostgresQuery) -> PostgresQuery {
    """
    select p.id, p.name, p.name_key, p.version,
      floor(extract(epoch from p.created_at))::bigint as created_at,
      floor(extract(epoch from p.updated_at))::bigint as updated_at,
      uses.count, last.date, last.account_id, last.category_id
    from (\(query: page)) p
    cross join lateral (
      select count(*) from transaction where payee_id = p.id and deleted_at is null
    ) uses
    left join lateral (
      select t.date, t.account_id, (
          select a.id from entry e join account a on a.id in (e.from_account, e.to_account)
          where e.transaction_id = t.id and a.kind in ('income', 'expense') and a.type is null
          order by e.part, e.id limit 1
        ) as category_id
      from transaction t where t.payee_id = p.id and t.deleted_at is null
      order by t.date desc, t.id desc limit 1
    ) last on true
    order by p.name_key
    """
  }
}

extension Payee {
  init(_ row: PostgresRow) throws {
    self.init(
      id: try row.decode("id"), name: try row.decode("name"),
      transactionCount: try row.decode("count"), lastDate: try row.decodeIfPresent("date"),
      lastAccountID: try row.decodeIfPresent("account_id"),
      lastCategoryID: try row.decodeIfPresent("category_id"), version: try row.decode("version"),
      createdAt: try row.instant("created_at"), updatedAt: try row.instant("updated_at"))
  }
}
