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
