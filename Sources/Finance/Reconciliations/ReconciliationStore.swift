import PostgresClient
import Tenancy

/// Reads the reconciliations of one ledger's accounts.
package struct ReconciliationStore: Sendable {
  private let ledger: LedgerDatabase

  package init(_ ledger: LedgerDatabase) {
    self.ledger = ledger
  }

  /// Up to `limit` reconciliations of an account, the newest first.
  ///
  /// - Parameter id: of the last one of the page before.
  /// - Throws: ``NotFound`` if there is no such account; as ``LedgerDatabase/query(_:)``.
  package func list(
    of account: Int64, limit: Int, before id: Int64? = nil
  ) async throws -> [Reconciliation] {
    let results = try await ledger.read([
      Self.account(account, in: ledger.ledgerID),
      """
      \(query: Self.query(of: account, in: ledger.ledgerID)) and r.id < \(id ?? .max)
      order by r.id desc limit \(limit)
      """,
    ])
    guard !results[0].isEmpty else { throw NotFound() }
    return try results[1].map(Reconciliation.init)
  }

  /// - Throws: ``NotFound``, and as ``LedgerDatabase/query(_:)``.
  package func reconciliation(_ id: Int64, of account: Int64) async throws -> Reconciliation {
    let rows = try await ledger.query(
      "\(query: Self.query(of: account, in: ledger.ledgerID)) and r.id = \(id)")
    guard let row = rows.first else { throw NotFound() }
    return try Reconciliation(row)
  }

  /// Those of the reconciliations that are there, of any account.
  ///
  /// - Throws: As ``LedgerDatabase/query(_:)``.
  package func reconciliations(_ ids: [Int64]) async throws -> [Reconciliation] {
    try await ledger.query("\(query: Self.query(in: ledger.ledgerID)) and r.id = any(\(ids))")
      .map(Reconciliation.init)
  }

  /// The date of each account's last statement that is finished, by the account's id.
  ///
  /// - Throws: As ``LedgerDatabase/query(_:)``.
  package func lastFinished() async throws -> [Int64: CivilDate] {
    let rows = try await ledger.query(
      """
      select account_id, max(statement_date) from reconciliation
      where ledger_id = \(ledger.ledgerID) and finished_at is not null group by 1
      """)
    return Dictionary(
      uniqueKeysWithValues: try rows.map { (try $0.decode(0), try $0.decode(1)) })
  }

  /// The account, if it is one that people see as one.
  static func account(_ id: Int64, in ledgerID: Int64) -> PostgresQuery {
    """
    select currency from account
    where ledger_id = \(ledgerID) and id = \(id) and kind in ('asset', 'liability')
    """
  }

  static func query(of account: Int64, in ledgerID: Int64) -> PostgresQuery {
    "\(query: query(in: ledgerID)) and r.account_id = \(account)"
  }

  /// The reconciliations of a ledger, to go on with `and`. What is cleared is summed up as
  /// ``AccountStore`` does.
  private static func query(in ledgerID: Int64) -> PostgresQuery {
    """
    select r.id, r.account_id, a.currency, r.statement_date, r.statement_balance, r.version,
      floor(extract(epoch from r.finished_at))::bigint as finished_at,
      floor(extract(epoch from r.created_at))::bigint as created_at,
      floor(extract(epoch from r.updated_at))::bigint as updated_at,
      case when r.finished_at is null
        then coalesce(months.cleared, 0) + coalesce(days.cleared, 0) else r.statement_balance end
        as cleared_balance
    from reconciliation r join account a on a.id = r.account_id
    left join lateral (
      select sum(cleared_inflow - cleared_outflow) as cleared from account_month m
      where m.ledger_id = r.ledger_id and m.account_id = r.account_id and r.finished_at is null
        and m.month < date_trunc('month', r.statement_date)::date
    ) months on true
    left join lateral (
      select sum(amount) as cleared from (
        select amount from entry
        where to_account = r.account_id and not deleted and to_status <> 'pending'
          and date between date_trunc('month', r.statement_date)::date and r.statement_date
        union all
        select -amount from entry
        where from_account = r.account_id and not deleted and from_status <> 'pending'
          and date between date_trunc('month', r.statement_date)::date and r.statement_date
      ) e where r.finished_at is null
    ) days on true
    where r.ledger_id = \(ledgerID)
    """
  }
}

extension Reconciliation {
  init(_ row: PostgresRow) throws {
    self.init(
      id: try row.decode("id"), accountID: try row.decode("account_id"),
      currency: Currency(code: try row.decode("currency")),
      statementDate: try row.decode("statement_date"),
      statementBalance: try row.decode("statement_balance"),
      clearedBalance: try row.decode("cleared_balance"),
      finishedAt: try row.instantIfPresent("finished_at"), version: try row.decode("version"),
      createdAt: try row.instant("created_at"), updatedAt: try row.instant("updated_at"))
  }
}
