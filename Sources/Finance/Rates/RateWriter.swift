import PostgresClient
import Tenancy

/// Writes the exchange rates of one ledger.
extension LedgerWriter {
  /// Says what a rate is, whether there is one by that name or not.
  ///
  /// - Returns: the rate, and whether it is new.
  /// - Throws: ``InvalidInput``; what `check` throws, which is called with the rate as it was.
  package func setRate(
    _ name: RateName, to number: DecimalNumber, check: (RateStore.Stored?) throws -> Void
  ) async throws -> (rate: RateStore.Stored, isNew: Bool) {
    let value = try RateValue(number)
    let old = try await rate(name)
    try check(old)
    let id: Int64 = try await run(
      """
      insert into rate (ledger_id, from_currency, to_currency, date, rate, version)
      values (\(ledgerID), \(name.from), \(name.to), \(name.date), \(value.text), \(version))
      on conflict (ledger_id, from_currency, to_currency, date)
      do update set rate = excluded.rate, version = excluded.version
      returning id
      """)[0][0].decode(0)
    let rate = ExchangeRate(
      from: Currency(code: name.from), to: Currency(code: name.to), date: name.date, value: value)
    return (RateStore.Stored(id: id, rate: rate, version: version), old == nil)
  }

  /// Removes a rate.
  ///
  /// - Throws: ``NotFound``; what `check` throws.
  package func deleteRate(
    _ name: RateName, check: (RateStore.Stored) throws -> Void
  ) async throws {
    guard let old = try await rate(name) else { throw NotFound() }
    try check(old)
    try await run(
      """
      delete from rate
      where ledger_id = \(ledgerID) and from_currency = \(name.from) and to_currency = \(name.to)
        and date = \(name.date)
      """,
      noteDeletion(of: "rate", old.id))
  }

  private func rate(_ name: RateName) async throws -> RateStore.Stored? {
    try await run(RateStore.query(name, in: ledgerID))[0].first.map(RateStore.Stored.init)
  }
}
