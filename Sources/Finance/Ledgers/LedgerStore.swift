import Foundation
import PostgresClient
import Tenancy

/// What a ledger's figures mean: fixed when the ledger is opened.
struct LedgerSettings: Hashable, Sendable {
  let currency: Currency
  /// An IANA name: in it the ledger's days begin.
  let timeZone: String

  init(currency: Currency, timeZone: String) {
    self.currency = currency
    self.timeZone = timeZone
  }

  /// The settings of a new ledger of `tenant`.
  init(newLedgerOf tenant: Tenant) {
    self.init(currency: Currency(code: tenant.currency), timeZone: tenant.timeZone)
  }
}

/// A stretch of time that sums are asked for: whole months of the ledger's calendar.
package enum Period: String, Sendable, CaseIterable {
  case lastMonth = "last_month"
  case currentMonth = "current_month"

  /// How many months after today's it lies.
  fileprivate var monthsAhead: Int { self == .lastMonth ? -1 : 0 }
}

/// What came in and went out of a ledger over some days, in minor units of its currency.
package struct Totals: Hashable, Sendable {
  package let income: Int128
  package let expense: Int128
  package let currency: Currency

  package init(income: Int128, expense: Int128, currency: Currency) {
    self.income = income
    self.expense = expense
    self.currency = currency
  }

  package var net: Int128 { income - expense }
}

/// The ledger that a user records in when none is named, as the routes of old have it.
///
/// Which day it is, Postgres tells by this process's clock and the ledger's own time zone.
package struct LedgerStore: Sendable {
  private let database: UserDatabase
  private let environment: FinanceEnvironment

  package init(_ database: UserDatabase, _ environment: FinanceEnvironment) {
    self.database = database
    self.environment = environment
  }

  /// What came in and went out in a period, in the ledger's currency, in one round trip.
  ///
  /// - Throws: `InvalidToken` if the user is gone or logged out; `PostgresError`.
  package func totals(_ period: Period) async throws -> Totals {
    // What income accounts give, and what expense accounts take.
    let rows = try await database.query(
      """
      select l.currency, sums.income, sums.expense
      from app_user u
      join ledger l on l.id = u.default_ledger_id
      cross join lateral (
        select (date_trunc('month', to_timestamp(\(seconds)) at time zone l.time_zone)
          + make_interval(months => \(period.monthsAhead)))::date as first
      ) month
      cross join lateral (
        select coalesce(sum(m.outflow - m.inflow) filter (where a.kind = 'income'), 0) as income,
          coalesce(sum(m.inflow - m.outflow) filter (where a.kind = 'expense'), 0) as expense
        from account_month m join account a on a.id = m.account_id
        where m.ledger_id = l.id and m.month = month.first and m.currency = l.currency
      ) sums
      where u.id = \(database.userID)
      """)
    let row = try first(of: rows)
    return try Totals(
      income: row.decode(1), expense: row.decode(2), currency: Currency(code: row.decode(0)))
  }

  /// Records an entry, today, in cash and without a category.
  ///
  /// - Throws: ``InvalidAmount``, of the ledger's own currency; `InvalidToken` if the user is gone or
  ///   logged out; `PostgresError`.
  package func record(_ draft: EntryDraft) async throws {
    try await ledger().write { writer in
      let amount = try Amount(draft.amount, in: writer.currency)
      let sign: Int64 = draft.kind == .expense ? -1 : 1
      let money = Money(minorUnits: sign * amount.minorUnits, currency: writer.currency)
      _ = try await writer.create([
        TransactionDraft(
          accountID: try await writer.cashAccount(), date: writer.today,
          amount: DecimalNumber(money), memo: draft.description?.text ?? "")
      ])
    }
  }

  /// How many transactions the ledger has.
  func count() async throws -> Int {
    try await database.query(
      """
      select count(*)
      from app_user u join transaction t on t.ledger_id = u.default_ledger_id
      where u.id = \(database.userID)
      """
    )[0].decode(0)
  }

  /// The ledger itself.
  ///
  /// - Throws: `InvalidToken` if the user is gone or logged out; `PostgresError`.
  func ledger() async throws -> LedgerDatabase {
    let rows = try await database.query(
      "select default_ledger_id from app_user where id = \(database.userID)")
    return database.ledger(try first(of: rows).decode(0), as: .editor, environment)
  }

  /// - Throws: `InvalidToken` if there is none: the user was deleted just after the guard.
  private func first(of rows: PostgresRows) throws -> PostgresRow {
    guard let row = rows.first else { throw InvalidToken() }
    return row
  }

  /// Since 1970, in UTC.
  private var seconds: Int { Int(environment.now().timeIntervalSince1970.rounded(.down)) }
}

extension LedgerWriter {
  /// The account that cash goes to where none is named. It is made when it is first needed.
  func cashAccount() async throws -> Int64 {
    let rows = try await run(
      """
      select id from account
      where ledger_id = \(ledgerID) and type = 'cash' and currency = \(currency.code)
        and closed_on is null
      order by id limit 1
      """)
    if let row = rows[0].first { return try row.decode(0) }
    let names = try await run("select name from account where ledger_id = \(ledgerID)")[0]
    let taken = Set(try names.map { NameKey.key(of: try $0.decode(0)) })
    let name = ["Cash", "Cash (recorded)"].first { !taken.contains(NameKey.key(of: $0)) }
    return try await createAccount(
      AccountDraft(name: name ?? "Cash \(version)", type: .cash)
    ).id
  }
}
