import PostgresClient
import Tenancy

/// Changes a ledger itself, for its owners.
extension LedgerWriter {
  /// Changes the ledger's name and settings.
  ///
  /// - Throws: ``InvalidInput``; ``BooksConflict`` if its currency is to be another and it has
  ///   transactions or budgets; what `check` throws.
  package func updateLedger(
    _ patch: LedgerPatch, check: (Ledger) throws -> Void = { _ in }
  ) async throws -> Ledger {
    let old = try await ledger()
    try check(old)
    let draft = LedgerDraft(
      name: patch.name ?? old.name, currency: patch.currency ?? old.currency.code,
      timeZone: patch.timeZone ?? old.timeZone)
    let settings = try draft.settings()
    guard draft != LedgerDraft(old) else { return old }
    if settings.currency != old.currency { try await refuseAmounts() }
    try await run(
      """
      update ledger set name = \(draft.name), currency = \(settings.currency.code),
        time_zone = \(settings.timeZone), version = \(version), updated_at = now()
      where id = \(ledgerID)
      """)
    return try await ledger()
  }

  /// Removes the ledger and everything in it for good. Other members whose default ledger it is get
  /// another one of theirs.
  ///
  /// - Throws: ``BooksConflict`` if it is the user's own default ledger; what `check` throws.
  package func deleteLedger(check: (Ledger) throws -> Void = { _ in }) async throws {
    try check(try await ledger())
    let mine = try await run(
      "select from app_user where id = \(userID) and default_ledger_id = \(ledgerID)")[0]
    guard mine.isEmpty else {
      throw BooksConflict(
        "default-ledger",
        "It is your default ledger, which the old routes record in. Choose another one first.")
    }
    let members = try await run(
      "select user_id from ledger_member where ledger_id = \(ledgerID) order by user_id")[0]
    for member in members { try await moveDefaultLedger(of: try member.decode(0)) }
    _ = try await transaction.query(
      Self.contents.map { "delete from \(sql: $0) where ledger_id = \(ledgerID)" }
        + ["delete from ledger where id = \(ledgerID)"])
  }

  /// The tables that have rows of ledgers, what refers to others first.
  static let contents: [StaticString] = [
    "rate", "budget", "reconciliation", "dismissed_transfer", "occurrence", "entry", "transaction",
    "import_identity", "import_row", "import_chunk", "import", "recurrence", "rule",
    "account_month", "account", "payee", "tag", "deletion", "one_time_link", "ledger_member",
  ]

  /// The ledger as it is now, seen by the user.
  func ledger() async throws -> Ledger {
    let rows = try await run("\(query: Ledger.query(of: userID)) and l.id = \(ledgerID)")[0]
    guard let row = rows.first else { throw LedgerNotFound() }
    return try Ledger(row)
  }

  /// - Throws: ``BooksConflict`` if there are amounts, which would be others in another currency.
  private func refuseAmounts() async throws {
    // Whatever has entries is a transaction: an opening balance, or one that may be restored, too.
    let rows = try await run(
      "select from transaction where ledger_id = \(ledgerID) limit 1",
      "select from budget where ledger_id = \(ledgerID) and assigned <> 0 limit 1")
    guard rows.allSatisfy(\.isEmpty) else {
      throw BooksConflict(
        "ledger-in-use",
        """
        The ledger has transactions, which may be deleted ones, or budgets, so its currency stays.
        """)
    }
  }
}
