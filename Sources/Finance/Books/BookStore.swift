import PostgresClient
import Tenancy

/// Writes entries, and with them the sums that all figures are read from.
///
/// Nothing but this and ``MonthSums`` writes either of the tables. A change takes the sums of the entries
/// as they were back, changes the entries, and adds the sums of the entries as they are.
enum BookStore {
  private enum Direction: Int {
    case add = 1
    case takeBack = -1
  }

  /// Adds what the entries of the transactions come to.
  static func addSums(of transactions: [Int64]) -> PostgresQuery { sums(.add, transactions) }

  /// Takes back what the entries of the transactions come to.
  static func takeBackSums(of transactions: [Int64]) -> PostgresQuery {
    sums(.takeBack, transactions)
  }

  private static func sums(_ direction: Direction, _ transactions: [Int64]) -> PostgresQuery {
    """
    insert into account_month (
      ledger_id, account_id, currency, month, inflow, outflow, cleared_inflow, cleared_outflow)
    select ledger_id, account, currency, date_trunc('month', date)::date,
      \(direction.rawValue)::bigint * sum(inflow), \(direction.rawValue)::bigint * sum(outflow),
      \(direction.rawValue)::bigint * coalesce(sum(inflow) filter (where status <> 'pending'), 0),
      \(direction.rawValue)::bigint * coalesce(sum(outflow) filter (where status <> 'pending'), 0)
    from (
      select ledger_id, to_account as account, currency, date, amount as inflow, 0 as outflow,
        to_status as status
      from entry where transaction_id = any(\(transactions)) and not deleted
      union all
      select ledger_id, from_account, currency, date, 0, amount, from_status
      from entry where transaction_id = any(\(transactions)) and not deleted
    ) side
    group by 1, 2, 3, 4
    order by 1, 2, 3, 4
    \(query: onConflict)
    """
  }

  /// Adds to a sum that is there already.
  static let onConflict: PostgresQuery = """
    on conflict (ledger_id, account_id, currency, month) do update set
      inflow = account_month.inflow + excluded.inflow,
      outflow = account_month.outflow + excluded.outflow,
      cleared_inflow = account_month.cleared_inflow + excluded.cleared_inflow,
      cleared_outflow = account_month.cleared_outflow + excluded.cleared_outflow
    """

  /// Adds entries of transactions that are there already.
  ///
  /// - Parameter entries: with the id of the transaction of each.
  static func insert(
    _ entries: [(transaction: Int64, entry: Entry)], in ledgerID: Int64
  ) -> PostgresQuery {
    """
    insert into entry (
      id, ledger_id, transaction_id, part, date, from_account, from_currency, to_account,
      to_currency, currency, amount, from_status, to_status, memo)
    overriding system value
    select coalesce(e.id, nextval((select pg_get_serial_sequence('entry', 'id')::regclass))),
      \(ledgerID)::bigint,
      e.transaction, e.part, e.date, e.from_account, e.from_currency, e.to_account, e.to_currency,
      e.currency, e.amount, e.from_status, e.to_status, e.memo
    from unnest(
      \(entries.map(\.entry.id))::bigint[], \(entries.map(\.transaction))::bigint[],
      \(entries.map { Int64($0.entry.part) })::int[],
      \(entries.map(\.entry.date.description))::date[],
      \(entries.map(\.entry.from.id))::bigint[], \(entries.map { code($0.entry.from) })::text[],
      \(entries.map(\.entry.to.id))::bigint[], \(entries.map { code($0.entry.to) })::text[],
      \(entries.map(\.entry.money.currency.code))::text[],
      \(entries.map(\.entry.money.minorUnits))::bigint[],
      \(entries.map(\.entry.fromStatus.rawValue))::text[],
      \(entries.map(\.entry.toStatus.rawValue))::text[], \(entries.map(\.entry.memo))::text[])
      with ordinality as e (
        id, transaction, part, date, from_account, from_currency, to_account, to_currency, currency,
        amount, from_status, to_status, memo, place)
    order by e.place
    """
  }

  /// Has the entries of the transactions begin or end at another category. Their sums are taken back
  /// before it and added after it.
  static func move(
    _ transactions: [Int64], from category: Int64, to other: Int64
  ) -> PostgresQuery {
    """
    update entry set
      from_account = case from_account when \(category) then \(other) else from_account end,
      to_account = case to_account when \(category) then \(other) else to_account end
    where transaction_id = any(\(transactions))
    """
  }

  /// Whether an account or category, a row of `account` by that name, has entries other than that of its
  /// opening balance; those of deleted transactions, which may be restored, included. Each part is
  /// answered by an index.
  static func hasEntries(_ account: StaticString) -> PostgresQuery {
    """
    (exists (
      select from entry e join transaction t on t.id = e.transaction_id
      where e.from_account = \(sql: account).id and not e.deleted and not t.is_opening)
    or exists (
      select from entry e join transaction t on t.id = e.transaction_id
      where e.to_account = \(sql: account).id and not e.deleted and not t.is_opening)
    or exists (
      select from transaction t join entry e on e.transaction_id = t.id
      where t.ledger_id = \(sql: account).ledger_id and t.deleted_at is not null
        and \(sql: account).id in (e.from_account, e.to_account)))
    """
  }

  private static func code(_ account: BookAccounts.Account) -> String {
    account.currency?.code ?? Currency.none
  }
}

extension Currency {
  /// ISO 4217: no currency. Accounts have it that take entries in any.
  static let none = "XXX"
}
