import PostgresClient

/// Twenty statements such as a household's day is made of, over the tables of a tenant's schema.
struct MixedStatements {
  static let count = 20

  /// Whether a statement needs BEGIN and COMMIT: the last four.
  static func writes(_ number: Int) -> Bool { number >= count - 4 }

  let tenant: Tenant

  func query(_ number: Int, using random: inout SplitMix) -> PostgresQuery {
    switch number {
    case 0..<4: people(number)
    case 4..<10: reports(number, month: Int.random(in: 1...12, using: &random))
    case 10..<16: lists(number, entry: Int.random(in: 1...100, using: &random))
    default: changes(number, entry: Int.random(in: 1...100, using: &random))
    }
  }

  private func people(_ number: Int) -> PostgresQuery {
    switch number {
    case 0: "select id, username, token_epoch, created_at from app_user where id = \(tenant.user)"
    case 1:
      """
      select id, password_hash, token_epoch, default_ledger_id from app_user
      where username_canonical = \("user")
      """
    case 2:
      """
      select l.id, l.name, l.currency, l.time_zone
      from app_user u join ledger l on l.id = u.default_ledger_id
      where u.id = \(tenant.user) and u.token_epoch = \(0)
      """
    default:
      """
      select u.id, u.username, l.name, count(t.id)
      from app_user u
      join ledger l on l.id = u.default_ledger_id
      left join transaction t on t.ledger_id = l.id and t.created_by = u.id
      group by u.id, u.username, l.name order by u.username limit 20
      """
    }
  }

  private func reports(_ number: Int, month: Int) -> PostgresQuery {
    let first = "2026-\(month < 10 ? "0" : "")\(month)-01"
    switch number {
    case 4:
      return """
        select sums.income, sums.expense
        from app_user u
        join ledger l on l.id = u.default_ledger_id
        cross join lateral (
          select coalesce(sum(m.outflow - m.inflow) filter (where a.kind = 'income'), 0) as income,
            coalesce(sum(m.inflow - m.outflow) filter (where a.kind = 'expense'), 0) as expense
          from account_month m join account a on a.id = m.account_id
          where m.ledger_id = l.id and m.month = \(first)::date and m.currency = l.currency
        ) sums
        where u.id = \(tenant.user)
        """
    case 5:
      return """
        select status, count(*), sum(amount), max(amount) from transaction
        where ledger_id = \(tenant.ledger) group by status order by status
        """
    case 6:
      return """
        select date, sum(amount) filter (where amount > 0), sum(amount) filter (where amount < 0)
        from transaction
        where ledger_id = \(tenant.ledger) and date >= \(first)::date and date < \(first)::date + 31
        group by date order by date
        """
    case 7:
      return """
        select date_trunc('month', t.date)::date as month, l.currency, sum(t.amount)
        from transaction t join ledger l on l.id = t.ledger_id
        where l.id = \(tenant.ledger) group by 1, 2 order by 1 desc limit 12
        """
    case 8:
      return """
        select id, date, amount, sum(amount) over (order by date, id)
        from transaction
        where ledger_id = \(tenant.ledger) and date >= \(first)::date
        order by date, id limit 30
        """
    default:
      return """
        select u.username, t.status, sum(t.amount)
        from transaction t join app_user u on u.id = t.created_by
        where t.ledger_id = \(tenant.ledger) group by rollup (u.username, t.status)
        """
    }
  }

  private func lists(_ number: Int, entry: Int) -> PostgresQuery {
    switch number {
    case 10:
      """
      select id, amount, memo, date from transaction
      where ledger_id = \(tenant.ledger) order by date desc, id desc limit 30
      """
    case 11:
      """
      select id, amount, memo, date from transaction
      where ledger_id = \(tenant.ledger)
        and (date, id) < (\("2026-06-15")::date, \(entry))
      order by date desc, id desc limit 30
      """
    case 12:
      """
      select t.id, t.amount, t.memo, t.date, u.username, l.name
      from transaction t
      join app_user u on u.id = t.created_by
      join ledger l on l.id = t.ledger_id
      where t.id = \(entry) and l.id = \(tenant.ledger)
      """
    case 13:
      """
      select id, memo, amount from transaction
      where ledger_id = \(tenant.ledger) and memo ilike \("%entry \(entry)%")
      order by date desc limit 10
      """
    case 14:
      """
      select t.id, t.amount, u.username
      from transaction t join app_user u on u.id = t.created_by
      where t.ledger_id = \(tenant.ledger) and t.status = \("cleared")
      order by t.amount desc, t.id limit 10
      """
    default:
      """
      select l.id, l.name, l.currency,
        (select count(*) from transaction t where t.ledger_id = l.id),
        (select max(date) from transaction t where t.ledger_id = l.id)
      from ledger l where l.id in (select default_ledger_id from app_user where id = \(tenant.user))
      """
    }
  }

  private func changes(_ number: Int, entry: Int) -> PostgresQuery {
    switch number {
    case 16:
      """
      insert into transaction (
        ledger_id, account_id, created_by, amount, currency, memo, date, status, search, version)
      select l.id, a.id, u.id, \(entry)::bigint, a.currency, \("new"), current_date, 'cleared', '', 1
      from app_user u join ledger l on l.id = u.default_ledger_id
      join account a on a.ledger_id = l.id and a.type = 'cash'
      where u.id = \(tenant.user) and u.token_epoch = \(0)
      returning id
      """
    case 17:
      """
      delete from transaction where id in (
        select id from transaction where ledger_id = \(tenant.ledger) and memo = \("new")
        order by id limit 1 for update skip locked)
      """
    case 18:
      """
      update transaction set memo = \("entry \(entry), changed"), amount = \(entry)::bigint
      where id = \(entry) and ledger_id = \(tenant.ledger) returning id
      """
    default:
      """
      update ledger l set name = \("Personal")
      from app_user u where u.default_ledger_id = l.id and u.id = \(tenant.user)
      """
    }
  }
}
