import FinanceTestSupport
import Foundation
import PostgresClient
import Testing

/// Reads cost what they show, not what the ledger has.
@Suite(
  .sharedPostgres(settings: [
    "session_preload_libraries": "auto_explain", "auto_explain.log_min_duration": "0",
  ]))
struct ReadPlanTests {
  /// Statements of a prepared name get a plan that suits all values after five runs.
  private static let runs = 7

  /// The list in all orders, with each filter and some together.
  ///
  /// Not with `updated_since`: no index has the time of a change, and `changes` is the list for it. And
  /// an account's only by date: to order them by amount, all that it has are read. With a search as well,
  /// Postgres reads all transactions where it takes the words for common.
  private static let lists: [String] = {
    let filters = [
      "", "start_date=2020-01-01&end_date=2020-03-01", "category_id={category}",
      "category_id=none", "payee_id=3", "tag=none", "type=income", "type=expense",
      "type=transfer", "status=cleared", "status=pending", "min_amount=290", "max_amount=2",
      "search=payee17", "search=nothing", "import_id=7", "deleted=true",
      "category_id={category}&start_date=2020-01-01&end_date=2020-02-01",
    ]
    let filtersByDate = [
      "account_id={account}", "account_id={account}&category_id={category}",
      "account_id={account}&start_date=2020-01-01&end_date=2020-02-01&type=transfer",
    ]
    let lists = ["-date", "date", "-amount", "amount"].flatMap { order in
      filters.map { "transactions?sort=\(order)&\($0)" }
    }
    return lists
      + ["-date", "date"].flatMap { order in
        filtersByDate.map { "transactions?sort=\(order)&\($0)" }
      }
  }()

  private static let others = [
    "transactions/500", "accounts", "accounts?at=2020-05-05", "accounts/{account}", "categories",
    "payees", "tags", "transfer-suggestions", "rules", "budgets/2020-05", "recurrences",
    "upcoming?until=2027-01-01", "imports", "rates", "changes",
    "accounts/{account}/reconciliations",
    "export?format=csv&start_date=2020-01-01&end_date=2020-02-01",
    "export?format=ofx&start_date=2020-01-01&end_date=2020-02-01",
  ]

  private static let reports: [String] = {
    let reports = [
      "summary?", "by-category?", "by-payee?", "by-tag?", "by-account?", "cash-flow?interval=day&",
      "cash-flow?interval=month&", "net-worth?interval=month&",
    ]
    return reports.flatMap { report in
      ["month=2020-05", "start_date=2020-05-03&end_date=2020-06-07"].flatMap { period in
        ["", "&account_id={account}", "&category_id={category}", "&tag=none"].map {
          "reports/\(report)\(period)\($0)"
        }
      }
    } + ["reports/budget?month=2020-05"]
  }()

  @Test func noReadScansAllEntries() async throws {
    let log = try FileHandle(
      forReadingFrom: URL(filePath: try #require(SharedPostgres.server?.log)))
    try await FinanceServer.run([FinanceServer.acme]) { server in
      let user = try await V1Client(server)
      let account = try await user.makeAccount("Giro")
      let category = try await fill(user)
      for path in Self.lists + Self.others + Self.reports {
        let path = path.replacing("{account}", with: account)
          .replacing("{category}", with: category)
        try log.seekToEnd()
        for _ in 0..<Self.runs {
          let answer = try await user.inLedger(.get, path)
          #expect(answer.status == 200, "\(path): \(answer)")
        }
        let plans = try log.readToEnd() ?? Data()
        #expect(plans.firstRange(of: Data("Query Text:".utf8)) != nil, "\(path)")
        for table in ["entry", "transaction"] {
          let scan = Data("Seq Scan on \(table) ".utf8)
          #expect(
            plans.firstRange(of: scan) == nil, "\(path): \(String(decoding: plans, as: UTF8.self))")
        }
      }
    }
  }

  /// Gives the user's ledger sixty thousand transactions through ten years, in ten accounts and forty
  /// categories.
  ///
  /// - Returns: the id of a category.
  private func fill(_ user: V1Client) async throws -> String {
    let database = try user.server.database()
    let owner = try #require(user.server.tenants["acme"]).owner
    for statement in [
      """
      insert into account (ledger_id, kind, type, name, currency, version)
      select 1, 'asset', 'savings', 'Account ' || n, 'EUR', 1 from generate_series(1, 9) n
      """,
      """
      insert into account (ledger_id, kind, name, currency, version)
      select 1, case when n <= 5 then 'income' else 'expense' end, 'Category ' || n, 'XXX', 1
      from generate_series(1, 40) n
      """,
      """
      insert into payee (ledger_id, name, name_key, version)
      select 1, 'Payee' || n, 'payee' || n, 1 from generate_series(1, 500) n
      """,
      """
      with real as (select array_agg(id order by id) as ids from account where kind = 'asset'),
      payees as (select array_agg(id order by id) as ids from payee)
      insert into transaction (ledger_id, account_id, date, amount, currency, payee_id, memo, status,
        search, created_by, version)
      select 1, real.ids[1 + n % 10], date '2015-01-01' + n * 3652 / 60000,
        case when n % 40 < 5 then n % 30000 + 1 else -(n % 30000 + 1) end, 'EUR',
        payees.ids[1 + n % 500], 'memo ' || n, 'cleared',
        to_tsvector('simple', 'payee' || (1 + n % 500) || ' memo ' || n), 1, 1
      from real, payees, generate_series(1, 60000) n
      """,
      """
      with category as (select array_agg(id order by id) as ids from account
        where kind in ('income', 'expense') and type is null)
      insert into entry (ledger_id, transaction_id, part, date, from_account, from_currency,
        to_account, to_currency, currency, amount, from_status, to_status)
      select 1, t.id, 0, t.date,
        case when amount < 0 then account_id else ids[1 + t.id % 5] end,
        case when amount < 0 then currency else 'XXX' end,
        case when amount < 0 then ids[6 + t.id % 35] else account_id end,
        case when amount < 0 then 'XXX' else currency end,
        currency, abs(amount), 'cleared', 'cleared'
      from transaction t, category
      """,
    ] as [PostgresQuery] {
      _ = try await database.query(statement)
    }
    for table in ["account", "payee", "transaction", "entry"] {
      _ = try await owner.query(PostgresQuery(unsafeSQL: "analyze \(table)"))
    }
    let rows = try await database.query(
      "select min(id) from account where kind = 'expense' and type is null")
    return String(try rows[0].decode(0, as: Int64.self))
  }
}
