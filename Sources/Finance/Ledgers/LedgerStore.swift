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

/// The default ledgers of one tenant's users.
///
/// Every statement checks by itself that the user of the token exists and is at the token's epoch,
/// so that a request takes one round trip.
struct LedgerStore: Sendable {
  let database: PostgresDatabase

  /// The settings of the user's default ledger; nil if the token's user is gone or logged out.
  func settings(of user: TokenClaims) async throws(PostgresError) -> LedgerSettings? {
    let rows = try await database.query(
      """
      select l.currency, l.time_zone
      from app_user u join ledger l on l.id = u.default_ledger_id
      where u.id = \(user.userID) and u.token_epoch = \(user.epoch)
      """)
    guard let row = rows.first else { return nil }
    return try LedgerSettings(
      currency: Currency(code: row.decode(0)), timeZone: row.decode(1))
  }

  /// What came in and went out on `days`; nil if the token's user is gone or logged out, or the
  /// ledger's settings are others.
  func totals(of user: TokenClaims, on days: Range<CivilDate>, in settings: LedgerSettings)
    async throws(PostgresError) -> Totals?
  {
    // The sums are numeric, so they cannot overflow. The lateral join keeps them a plain aggregate
    // over one index range.
    let rows = try await database.query(
      """
      select sums.income, sums.expense
      from app_user u
      join ledger l on l.id = u.default_ledger_id
      cross join lateral (
        select coalesce(sum(t.amount) filter (where t.kind = 'income'), 0) as income,
          coalesce(sum(t.amount) filter (where t.kind = 'expense'), 0) as expense
        from transaction t
        where t.ledger_id = l.id
          and t.occurred_on >= \(days.lowerBound)::date
          and t.occurred_on < \(days.upperBound)::date
      ) sums
      where u.id = \(user.userID) and u.token_epoch = \(user.epoch)
        and l.currency = \(settings.currency.code) and l.time_zone = \(settings.timeZone)
      """)
    guard let row = rows.first else { return nil }
    return try Totals(income: row.decode(0), expense: row.decode(1), currency: settings.currency)
  }

  /// Records an entry.
  ///
  /// - Returns: false, and nothing is recorded, if the token's user is gone or logged out, or the
  ///   ledger's settings are others.
  func record(_ entry: LedgerEntry, of user: TokenClaims, in settings: LedgerSettings)
    async throws(PostgresError) -> Bool
  {
    let results = try await database.transaction([
      """
      insert into transaction (ledger_id, created_by, kind, amount, description, occurred_on)
      select l.id, u.id, \(entry.kind.rawValue), \(entry.amount.minorUnits)::bigint,
        \(entry.description), \(entry.occurredOn)::date
      from app_user u join ledger l on l.id = u.default_ledger_id
      where u.id = \(user.userID) and u.token_epoch = \(user.epoch)
        and l.currency = \(settings.currency.code) and l.time_zone = \(settings.timeZone)
      """
    ])
    return results[0].affectedRows == 1
  }

  /// How many entries the user's default ledger has.
  func count(of user: TokenClaims) async throws(PostgresError) -> Int {
    try await database.query(
      """
      select count(*)
      from app_user u join transaction t on t.ledger_id = u.default_ledger_id
      where u.id = \(user.userID)
      """
    )[0].decode(0)
  }
}
