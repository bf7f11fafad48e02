import PostgresClient

/// What tells whether the books are right.
package enum BooksCheck {
  /// Sums by month that are not those of the entries: none.
  package static let differences: PostgresQuery = """
    with side as (
      select to_account as account, currency, date, amount as inflow, 0 as outflow,
        to_status as status from entry where not deleted
      union all
      select from_account, currency, date, 0, amount, from_status from entry where not deleted
    ), plain as (
      select account, currency, date_trunc('month', date)::date as month, sum(inflow) as inflow,
        sum(outflow) as outflow,
        coalesce(sum(inflow) filter (where status <> 'pending'), 0) as cleared_inflow,
        coalesce(sum(outflow) filter (where status <> 'pending'), 0) as cleared_outflow
      from side group by 1, 2, 3
    )
    select * from plain full join account_month m
      on m.account_id = plain.account and m.currency = plain.currency and m.month = plain.month
    where coalesce(plain.inflow, 0) <> coalesce(m.inflow, 0)
      or coalesce(plain.outflow, 0) <> coalesce(m.outflow, 0)
      or coalesce(plain.cleared_inflow, 0) <> coalesce(m.cleared_inflow, 0)
      or coalesce(plain.cleared_outflow, 0) <> coalesce(m.cleared_outflow, 0)
    """
}
