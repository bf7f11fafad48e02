import PostgresClient

/// Removes ledgers with all that is in them.
enum LedgerRemoval {
  /// What has rows of ledgers, each before what it refers to.
  private static let tables: [StaticString] = [
    "import_row", "import_chunk", "import_identity", "dismissed_transfer", "occurrence", "budget",
    "rate", "reconciliation", "entry", "transaction", "import", "recurrence", "rule", "payee",
    "tag",
    "account_month", "deletion", "account", "one_time_link",
  ]

  /// The statements that remove what is in the ledgers of which a user is the only member, in order.
  ///
  /// The rows of the ledgers themselves stay, without their names: a user's row, erased or not, names
  /// the ledger that the user begins in. The user leaves them afterwards.
  static func removeLedgers(onlyOf user: Int64) -> [PostgresQuery] {
    let ledgers: PostgresQuery = """
      select own.ledger_id from ledger_member own
      where own.user_id = \(user) and not exists (
        select from ledger_member other
        where other.ledger_id = own.ledger_id and other.user_id <> own.user_id)
      """
    // No member may write or be added meanwhile.
    let lock: PostgresQuery =
      "select from ledger where id in (\(query: ledgers)) order by id for update"
    return [lock]
      + tables.map { table in
        "delete from \(sql: table) where ledger_id in (\(query: ledgers))"
      } + [
        """
        update ledger set name = '', version = version + 1, updated_at = now()
        where id in (\(query: ledgers))
        """
      ]
  }
}
