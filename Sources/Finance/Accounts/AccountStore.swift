import Foundation
import PostgresClient
import Tenancy

/// Reads the accounts of one ledger.
package struct AccountStore: Sendable {
  private let ledger: LedgerDatabase

  package init(_ ledger: LedgerDatabase) {
    self.ledger = ledger
  }

  /// All accounts, with their balances at the end of `date`; nil is today, in the ledger's time zone.
  ///
  /// - Throws: As ``LedgerDatabase/query(_:)``.
  package func list(at date: CivilDate?) async throws -> [Account] {
    let rows = try await ledger.query(
      Self.query("true", in: ledger.ledgerID, at: date, seconds: ledger.seconds))
    return try rows.map(Account.init)
  }

  /// - Throws: ``NotFound``, and as ``LedgerDatabase/query(_:)``.
  package func account(_ id: Int64, at date: CivilDate? = nil) async throws -> Account {
    let rows = try await ledger.query(
      Self.query("a.id = \(id)", in: ledger.ledgerID, at: date, seconds: ledger.seconds))
    guard let row = rows.first else { throw NotFound() }
    return try Account(row)
  }

  /// Those of the accounts that are there.
  ///
  /// - Throws: As ``LedgerDatabase/query(_:)``.
  package func accounts(_ ids: [Int64]) async throws -> [Account] {
    let rows = try await ledger.query(
      Self.query("a.id = any(\(ids))", in: ledger.ledgerID, at: nil, seconds: ledger.seconds))
    return try rows.map(Account.init)
  }

  /// Whole months come from the sums, the days of the last one from the entries.
  static func query(
    _ condition: PostgresQuery, in ledgerID: Int64, at date: CivilDate?, seconds: Int
  ) -> PostgresQuery {
    """
    with day as (
      select coalesce(\(date)::date, (to_timestamp(\(seconds)) at time zone time_zone)::date) as day
      from ledger where id = \(ledgerID)
    )
    select a.id, a.type, a.name, a.currency, a.opened_on, a.closed_on, a.note, a.version,
      floor(extract(epoch from a.created_at))::bigint as created_at,
      floor(extract(epoch from a.updated_at))::bigint as updated_at, day.day as balance_date,
      coalesce(opening.amount, 0) as opening_balance,
      coalesce(months.all_of, 0) + coalesce(days.all_of, 0) as balance,
      coalesce(months.cleared, 0) + coalesce(days.cleared, 0) as cleared_balance
    from account a cross join day
    left join lateral (
      select sum(inflow - outflow) as all_of, sum(cleared_inflow - cleared_outflow) as cleared
      from account_month m
      where m.ledger_id = a.ledger_id and m.account_id = a.id
        and m.month < date_trunc('month', day.day)::date
    ) months on true
    left join lateral (
      select sum(amount) as all_of, sum(amount) filter (where status <> 'pending') as cleared
      from (
        select amount, to_status as status from entry
        where to_account = a.id and not deleted
          and date between date_trunc('month', day.day)::date and day.day
        union all
        select -amount, from_status from entry
        where from_account = a.id and not deleted
          and date between date_trunc('month', day.day)::date and day.day
      ) e
    ) days on true
    left join lateral (
      select amount from transaction t
      where t.account_id = a.id and t.is_opening and t.deleted_at is null
    ) opening on true
    where a.ledger_id = \(ledgerID) and a.kind in ('asset', 'liability') and \(query: condition)
    order by a.id
    """
  }
}

extension Account {
  init(_ row: PostgresRow) throws {
    guard let type = AccountType(rawValue: try row.decode("type")) else { throw NotFound() }
    self.init(
      id: try row.decode("id"), type: type, name: try row.decode("name"),
      currency: Currency(code: try row.decode("currency")),
      openingBalance: try row.decode("opening_balance"),
      openedOn: try row.decodeIfPresent("opened_on"),
      closedOn: try row.decodeIfPresent("closed_on"), note: try row.decode("note"),
      balance: try row.decode("balance"), clearedBalance: try row.decode("cleared_balance"),
      balanceDate: try row.decode("balance_date"), version: try row.decode("version"),
      createdAt: try row.instant("created_at"), updatedAt: try row.instant("updated_at"))
  }
}

extension PostgresRow {
  /// Whole seconds since 1970.
  func instant(_ column: String) throws -> Date {
    Date(timeIntervalSince1970: Double(try decode(column, as: Int64.self)))
  }

  func instantIfPresent(_ column: String) throws -> Date? {
    try decodeIfPresent(column, as: Int64.self).map { Date(timeIntervalSince1970: Double($0)) }
  }
}
