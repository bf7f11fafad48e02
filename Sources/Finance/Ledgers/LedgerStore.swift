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

/// The ledger that a user records in when none is named.
///
/// Which day it is, Postgres tells by this process's clock and the ledger's own time zone.
package struct LedgerStore: Sendable {
  private let database: UserDatabase
  private let now: @Sendable () -> Date

  package init(_ database: UserDatabase, _ environment: FinanceEnvironment) {
    self.database = database
    now = environment.now
  }

  /// The sums of a period up to now, in one round trip.
  ///
  /// - Throws: `InvalidToken` if the user is gone or logged out; `PostgresError`.
  package func totals(_ period: Period) async throws -> Totals {
    // The sums are numeric, so they cannot overflow. The lateral join keeps them a plain aggregate
    // over one index range.
    let rows = try await database.query(
      """
      select l.currency, sums.income, sums.expense
      from app_user u
      join ledger l on l.id = u.default_ledger_id
      cross join lateral (
        select date_trunc('month', to_timestamp(\(seconds)) at time zone l.time_zone)
          + make_interval(months => \(period.monthsAhead)) as first
      ) month
      cross join lateral (
        select coalesce(sum(t.amount) filter (where t.kind = 'income'), 0) as income,
          coalesce(sum(t.amount) filter (where t.kind = 'expense'), 0) as expense
        from transaction t
        where t.ledger_id = l.id
          and t.occurred_on >= month.first::date
          and t.occurred_on < (month.first + interval '1 month')::date
      ) sums
      where u.id = \(database.userID)
      """)
    let row = try first(of: rows)
    return try Totals(
      income: row.decode(1), expense: row.decode(2), currency: Currency(code: row.decode(0)))
  }

  /// Records an entry, today.
  ///
  /// It takes two round trips: what the amount must be like depends on the ledger's currency.
  ///
  /// - Throws: ``InvalidAmount``, of the ledger's own currency; `InvalidToken` if the user is gone or
  ///   logged out; `PostgresError`.
  package func record(_ draft: EntryDraft) async throws {
    let row = try first(
      of: try await database.query(
        """
        select l.id, l.currency
        from app_user u join ledger l on l.id = u.default_ledger_id
        where u.id = \(database.userID)
        """))
    let ledger: Int64 = try row.decode(0)
    let currency = Currency(code: try row.decode(1))
    let amount = try Amount(draft.amount, in: currency)
    let results = try await database.transaction([
      """
      insert into transaction (ledger_id, created_by, kind, amount, description, occurred_on)
      select id, \(database.userID)::bigint, \(draft.kind.rawValue), \(amount.minorUnits)::bigint,
        \(draft.description?.text), (to_timestamp(\(seconds)) at time zone time_zone)::date
      from ledger where id = \(ledger) and currency = \(currency.code)
      """
    ])
    guard results[0].affectedRows == 1 else {
      // Serialization failure: the client may try again.
      throw PostgresError(code: .server, sqlState: "40001", detail: "the ledger has changed")
    }
  }

  /// How many entries the ledger has.
  func count() async throws -> Int {
    try await database.query(
      """
      select count(*)
      from app_user u join transaction t on t.ledger_id = u.default_ledger_id
      where u.id = \(database.userID)
      """
    )[0].decode(0)
  }

  /// - Throws: `InvalidToken` if there is none: the user was deleted just after the guard.
  private func first(of rows: PostgresRows) throws -> PostgresRow {
    guard let row = rows.first else { throw InvalidToken() }
    return row
  }

  /// Since 1970, in UTC.
  private var seconds: Int { Int(now().timeIntervalSince1970.rounded(.down)) }
}
