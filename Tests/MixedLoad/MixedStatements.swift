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
          select coalesce(sum(t.amount) filter (where t.kind = 'income'), 0) as income,
            coalesce(sum(t.amount) filter (where t.kind = 'expense'), 0) as expense
          from transaction t
          where t.ledger_id = l.id and t.occurred_on >= \(first)::date
            and t.occurred_on < \(first)::date + 31
        ) sums
        where u.id = \(tenant.user)
        """
    case 5:
      return """
        select kind, count(*), sum(amount), max(amount) from transaction
        where ledger_id = \(tenant.ledger) group by kind order by kind
        """
    case 6:
      return """
        select occurred_on, sum(amount) filter (where kind = 'income'),
          sum(amount) filter (where kind = 'expense')
        from transaction
        where ledger_id = \(tenant.ledger) and occurred_on >= \(first)::date
          and occurred_on < \(first)::date + 31
        group by occurred_on order by occurred_on
        """
    case 7:
      return """
        select date_trunc('month', t.occurred_on)::date as month, l.currency,
          sum(case t.kind when 'income' then t.amount else -t.amount end)
        from transaction t join ledger l on l.id = t.ledger_id
        where l.id = \(tenant.ledger) group by 1, 2 order by 1 desc limit 12
        """
    case 8:
      return """
        select id, occurred_on, amount,
          sum(case kind when 'income' then amount else -amount end)
            over (order by occurred_on, id)
        from transaction
        where ledger_id = \(tenant.ledger) and occurred_on >= \(first)::date
        order by occurred_on, id limit 30
        """
    default:
      return """
        select u.username, t.kind, sum(t.amount)
        from transaction t join app_user u on u.id = t.created_by
        where t.ledger_id = \(tenant.ledger) group by rollup (u.username, t.kind)
        """
    }
  }

  private func lists(_ number: Int, entry: Int) -> PostgresQuery {
    switch number {
    case 10:
      """
      select id, kind, amount, description, occurred_on from transaction
      where ledger_id = \(tenant.ledger) order by occurred_on desc, id desc limit 30
      """
    case 11:
      """
      select id, kind, amount, description, occurred_on from transaction
      where ledger_id = \(tenant.ledger)
        and (occurred_on, id) < (\("2026-06-15")::date, \(entry))
      order by occurred_on desc, id desc limit 30
      """
    case 12:
      """
      select t.id, t.kind, t.amount, t.description, t.occurred_on, u.username, l.name
      from transaction t
      join app_user u on u.id = t.created_by
      join ledger l on l.id = t.ledger_id
      where t.id = \(entry) and l.id = \(tenant.ledger)
      """
    case 13:
      """
      select id, description, amount from transaction
      where ledger_id = \(tenant.ledger) and description ilike \("%entry \(entry)%")
      order by occurred_on desc limit 10
      """
    case 14:
      """
      select t.id, t.amount, u.username
      from transaction t join app_user u on u.id = t.created_by
      where t.ledger_id = \(tenant.ledger) and t.kind = \("expense")
      order by t.amount desc, t.id limit 10
      """
    default:
      """
      select l.id, l.name, l.currency,
        (select count(*) from transaction t where t.ledger_id = l.id),
        (select max(occurred_on) from transaction t where t.ledger_id = l.id)
      from ledger l where l.id in (select default_ledger_id from app_user where id = \(tenant.user))
      """
    }
  }

  private func changes(_ number: Int, entry: Int) -> PostgresQuery {
    switch number {
    case 16:
      """
      insert into transaction (ledger_id, created_by, kind, amount, description, occurred_on)
      select l.id, u.id, \("expense"), \(entry)::bigint, \("new"), current_date
      from app_user u join ledger l on l.id = u.default_ledger_id
      where u.id = \(tenant.user) and u.token_epoch = \(0)
      returning id
      """
    case 17:
      """
      delete from transaction where id in (
        select id from transaction where ledger_id = \(tenant.ledger) and description = \("new")
        order by id limit 1 for update skip locked)
      """
    case 18:
      """
      update transaction set description = \("entry \(entry), changed"), amount = \(entry)::bigint
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
