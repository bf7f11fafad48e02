import PostgresClient
import Tenancy

/// The ledger that a user records in when none is named.
package struct DefaultLedger: Sendable {
  private let user: TokenClaims
  private let tenant: Tenant
  private let store: LedgerStore
  private let clock: CivilClock

  /// - Parameter database: in the tenant's scope.
  package init(
    of user: TokenClaims, tenant: Tenant, in database: PostgresDatabase,
    _ environment: FinanceEnvironment
  ) {
    self.user = user
    self.tenant = tenant
    store = LedgerStore(database: database)
    clock = environment.clock
  }

  /// Records an entry, today.
  ///
  /// - Throws: ``InvalidAmount``, of the ledger's own currency; `InvalidToken` if the user is gone or
  ///   logged out; `PostgresError`.
  package func record(_ draft: EntryDraft) async throws {
    try await withSettings { settings in
      let entry = LedgerEntry(
        kind: draft.kind, amount: try Amount(draft.amount, in: settings.currency),
        description: draft.description?.text,
        occurredOn: try clock.today(in: settings.timeZone))
      return try await store.record(entry, of: user, in: settings) ? () : nil
    }
  }

  /// The sums of a period up to now.
  ///
  /// - Throws: `InvalidToken` if the user is gone or logged out; `PostgresError`.
  package func totals(_ period: Period) async throws -> Totals {
    try await withSettings { settings in
      let days = period.days(asOf: try clock.today(in: settings.timeZone))
      return try await store.totals(of: user, on: days, in: settings)
    }
  }

  /// Runs `body` with the settings that a new ledger of the tenant would have, which are nearly
  /// always the ledger's; if they are not, `body` returns nil or finds the amount invalid, and is run
  /// again with the ledger's own. So the usual case takes one round trip, and no figure is read in a
  /// wrong currency.
  private func withSettings<Result>(
    _ body: (LedgerSettings) async throws -> Result?
  ) async throws -> Result {
    let assumed = LedgerSettings(newLedgerOf: tenant)
    var refusal: InvalidAmount?
    do {
      if let result = try await body(assumed) { return result }
    } catch let error as InvalidAmount {
      refusal = error
    }
    guard let settings = try await store.settings(of: user) else { throw InvalidToken() }
    if let refusal, settings == assumed { throw refusal }
    guard settings != assumed, let result = try await body(settings) else { throw InvalidToken() }
    return result
  }
}
