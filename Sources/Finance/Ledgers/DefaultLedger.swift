import PostgresClient

extension LedgerWriter {
  /// Lets a user who is no longer to see the ledger record in another one by default: the oldest that
  /// they own, or a new one. Nothing happens if they do so already.
  func moveDefaultLedger(of user: Int64) async throws {
    // The row is held first, so that the user does not choose this ledger meanwhile.
    let rows = try await run(
      "select default_ledger_id from app_user where id = \(user) for no key update")[0]
    guard try rows.first?.decodeIfPresent(0, as: Int64.self) == ledgerID else { return }
    let owned = try await run(
      """
      select ledger_id from ledger_member
      where user_id = \(user) and role = 'owner' and ledger_id <> \(ledgerID)
      order by ledger_id limit 1
      """)[0]
    let other: Int64
    if let row = owned.first {
      other = try row.decode(0)
    } else {
      other = try await LedgerCreation.create(
        LedgerCreation.firstName, LedgerSettings(currency: currency, timeZone: timeZone),
        in: transaction)
      try await run(LedgerCreation.addMember(user, .owner, to: other))
    }
    try await run(
      """
      update app_user set default_ledger_id = \(other), version = version + 1 where id = \(user)
      """)
  }
}
