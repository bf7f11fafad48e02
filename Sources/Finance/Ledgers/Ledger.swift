import Foundation
import PostgresClient
import Tenancy

/// A household's books, as one of its members sees them.
package struct Ledger: Sendable, Hashable {
  package let id: Int64
  package let name: String
  /// Accounts may be in others; reports come in this one.
  package let currency: Currency
  /// An IANA name: in it the ledger's days begin.
  package let timeZone: String
  /// The member's.
  package let role: LedgerRole
  package let version: Int64
  package let createdAt: Date
  package let updatedAt: Date
}

/// A ledger as somebody wants it to be.
package struct LedgerDraft: Sendable, Hashable {
  package var name: String
  package var currency: String
  package var timeZone: String

  package init(name: String, currency: String, timeZone: String) {
    self.name = name
    self.currency = currency
    self.timeZone = timeZone
  }

  /// What would make the ledger as it is.
  init(_ ledger: Ledger) {
    self.init(
      name: ledger.name, currency: ledger.currency.code, timeZone: ledger.timeZone)
  }

  /// - Throws: ``InvalidInput``.
  func settings() throws(InvalidInput) -> LedgerSettings {
    guard CurrencyCodes.active.contains(currency) else {
      throw InvalidInput("currency", "is no ISO 4217 currency that money is kept in")
    }
    return LedgerSettings(currency: Currency(code: currency), timeZone: timeZone)
  }
}

/// A change of a ledger. What it does not name stays as it is.
package struct LedgerPatch: Sendable {
  package var name: String?
  package var currency: String?
  package var timeZone: String?

  package init() {}
}
