import PostgresClient
import Tenancy

/// Changes a ledger itself, for its owners.
extension LedgerWriter {
  /// Changes the ledger's name and settings.
  ///
  /// - Throws: ``InvalidInput``; ``BooksConflict`` if its currency is to be another and it has
  ///   transactions; what `check` throws.
  package func updateLedger(
    _ patch: LedgerPatch, check: (Ledger) throws -> Void = { _ in }
  ) async throws -> Ledger {
    let old = try await ledger()
    try check(old)
    let draft = LedgerDraft(
      name: patch.name ?? old.name, currency: patch.currency ?? old.currency.code,
      timeZone: patch.timeZone ?? old.timeZone)
    let settings = try draft.settings()
    if settings.currency != old.currency { try await refuseTransactions() }
    try await run(
      """
      update ledger set name = \(draft.name), currency = \(settings.currency.code),
        time_zone = \(settings.timeZone), version = \(version), updated_at = now()
      where id = \(ledgerID)
      """)
    return try await ledger()
  }

  /// Removes the ledger and everything in it for good.
  ///
  /// - Throws: ``BooksConflict`` if it is the default ledger of anybody; what `check` throws.
  package func deleteLedger(check: (Ledger) throws -> Void = { _ in }) async throws {
    try check(try await ledger())
    let users = try await run(
      "select from app_user where default_ledger_id = \(ledgerID) limit 1")[0]
    guard users.isEmpty else {
      throw BooksConflict(
        "default-ledger",
        "It is a user's default ledger, which the old routes record in. Choose another one first.")
    }
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

  private func refuseTransactions() async throws {
    // Whatever has entries is a transaction: an opening balance, or one that may be restored, too.
    let rows = try await run("select from transaction where ledger_id = \(ledgerID) limit 1")[0]
    guard rows.isEmpty else {
      throw BooksConflict(
        "ledger-in-use",
        "The ledger has transactions, which may be deleted ones, so its currency stays.")
    }
  }
}
